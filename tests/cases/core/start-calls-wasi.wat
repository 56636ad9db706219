;; A start function runs before _start, and may call WASI.
;;! stdout:
;;| start
;;| _start
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "start\n_start\n")
  (func $print (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $begin (call $print (i32.const 16) (i32.const 6)))
  (start $begin)
  (func (export "_start") (call $print (i32.const 22) (i32.const 7))))
