;; A memory of no pages holds not even a byte.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - inner
;;|    1: 0x3b - outer
;;|    2: 0x40 - main
(module
  (memory (export "memory") 0)
  (func $inner (drop (i32.load8_u (i32.const 0))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
