;; Listening sockets follow the directories: each descriptor's type, from 3 on, as
;; digits. 3 is a directory, 6 a socket, `-` no descriptor; for --dir . there are
;; two directories. A listener is no directory and cannot be read.
;;! wasmc: --listen 127.0.0.1:0 --dir . --listen localhost:0
;;! stdout:
;;| 3366-
;;| 0008
(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $put (param $char i32)
    (i32.store8 (i32.const 64) (local.get $char))
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 1))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start")
    (local $fd i32)
    (local.set $fd (i32.const 3))
    (block $end
      (loop $next
        (if (call $stat (local.get $fd) (i32.const 128)) (then (call $put (i32.const 45)) (br $end)))
        (call $put (i32.add (i32.const 48) (i32.load8_u (i32.const 128))))
        (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
        (br $next)))
    (call $put (i32.const 10))
    ;; EBADF where no directory is, which ends what libraries look for.
    (call $put (i32.add (i32.const 48) (call $prestat (i32.const 3) (i32.const 128))))
    (call $put (i32.add (i32.const 48) (call $prestat (i32.const 4) (i32.const 128))))
    (call $put (i32.add (i32.const 48) (call $stat (i32.const 5) (i32.const 128))))
    (call $put (i32.add (i32.const 48) (call $prestat (i32.const 5) (i32.const 128))))
    (call $put (i32.const 10))))
