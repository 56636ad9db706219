;; A store that begins inside the memory and ends outside.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - inner
;;|    1: 0x46 - outer
;;|    2: 0x4b - main
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 65529))
  (func $inner (i64.store (global.get $end) (i64.const -1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
