;; Arguments and environment, as they lie in memory. Only what is granted of the
;; environment is there, and PWD.
;;! args: a '' 'b c' 'é\' -x --
;;! env: SECRET=no
;;! env: LANG=C
;;! wasmc: --env LANG --env UNSET --env EMPTY= --env 'LINES=a=b'
;;! stdout:
;;| [DIR]/app\x00a\x00\x00b c\x00é\\\x00-x\x00--\x00
;;| LANG=C\x00EMPTY=\x00LINES=a=b\x00PWD=/\x00
;;\ no line end
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $print (param $bytes i32)
    (i32.store (i32.const 0) (i32.const 4096))
    (i32.store (i32.const 4) (local.get $bytes))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  ;; The strings as they lie in memory, with the NUL that ends each.
  (func (export "_start")
    (drop (call $args_sizes_get (i32.const 16) (i32.const 20)))
    (drop (call $args_get (i32.const 1024) (i32.const 4096)))
    (call $print (i32.load (i32.const 20)))
    (i32.store8 (i32.const 4096) (i32.const 10))
    (call $print (i32.const 1))
    (drop (call $environ_sizes_get (i32.const 16) (i32.const 20)))
    (drop (call $environ_get (i32.const 1024) (i32.const 4096)))
    (call $print (i32.load (i32.const 20)))))
