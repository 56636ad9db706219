;; A grant of /proc does not make the process's own memory writable, through
;; which a program could replace the runtime. Reading there works.
;;! wasmc: --dir /proc
;;! status: 0
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "self/mem")
  (data (i32.const 32) "self/comm")
  (func $open (param $path i32) (param $len i32) (param $rights i64) (result i32)
    (call $path_open (i32.const 3) (i32.const 0) (local.get $path) (local.get $len)
      (i32.const 0) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 8)))
  (func (export "_start")
    ;; FD_READ is bit 1, FD_WRITE bit 6; EPERM is 63.
    (if (call $open (i32.const 32) (i32.const 9) (i64.const 2)) (then (call $proc_exit (i32.const 1))))
    (if (i32.ne (call $open (i32.const 32) (i32.const 9) (i64.const 64)) (i32.const 63))
      (then (call $proc_exit (i32.const 2))))
    (if (i32.ne (call $open (i32.const 16) (i32.const 8) (i64.const 66)) (i32.const 63))
      (then (call $proc_exit (i32.const 3))))))
