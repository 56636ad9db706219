;; What was printed before a trap is printed.
;;! status: 134
;;! stdout:
;;| before
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x69 - wasm function 1
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\07\00\00\00")
  (data (i32.const 16) "before\n")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (unreachable)))
