;; A constant address that no memory of this size has.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - inner
;;|    1: 0x3e - outer
;;|    2: 0x43 - main
(module
  (memory (export "memory") 1)
  (func $inner (i32.store8 (i32.const 65536) (i32.const 1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
