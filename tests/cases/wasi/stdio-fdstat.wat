;; What fd_fdstat_get says of standard input that is a pipe: not a character
;; device, or programs take it for a terminal. A closed descriptor is EBADF.
(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $must (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
  (func (export "_start")
    (call $must (i32.eqz (call $stat (i32.const 0) (i32.const 16))))
    (call $must (i32.ne (i32.load8_u (i32.const 16)) (i32.const 2)))
    (call $must (i32.eq (call $seek (i32.const 0) (i64.const 0) (i32.const 1) (i32.const 16)) (i32.const 70)))
    (call $must (i32.eqz (call $close (i32.const 0))))
    (call $must (i32.eq (call $close (i32.const 0)) (i32.const 8)))
    (call $must (i32.eq (call $stat (i32.const 0) (i32.const 16)) (i32.const 8)))
    (call $must (i32.eq (call $stat (i32.const 12345) (i32.const 16)) (i32.const 8)))
    (call $must (i32.eq (call $stat (i32.const -1) (i32.const 16)) (i32.const 8)))))
