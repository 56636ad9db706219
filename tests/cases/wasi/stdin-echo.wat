;; Standard input to standard output, bytes of any value, in pieces.
;;! stdin: one\ntwo \x00\xff\tend
;;! stdout:
;;| one
;;| two \x00\xff\tend
;;\ no line end
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; Two iovecs of three bytes and of four.
  (data (i32.const 0) "\40\00\00\00\03\00\00\00\80\00\00\00\04\00\00\00")
  (func (export "_start")
    (local $read i32)
    (block $end
      (loop $next
        (i32.store (i32.const 4) (i32.const 3))
        (i32.store (i32.const 12) (i32.const 4))
        (br_if $end (call $fd_read (i32.const 0) (i32.const 0) (i32.const 2) (i32.const 32)))
        (local.set $read (i32.load (i32.const 32)))
        (br_if $end (i32.eqz (local.get $read)))
        (if (i32.lt_u (local.get $read) (i32.const 3))
          (then (i32.store (i32.const 4) (local.get $read)) (i32.store (i32.const 12) (i32.const 0)))
          (else (i32.store (i32.const 12) (i32.sub (local.get $read) (i32.const 3)))))
        (br_if $next
          (i32.eqz (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 32))))))))
