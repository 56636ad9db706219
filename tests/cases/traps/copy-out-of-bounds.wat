;; memory.copy checks its source too.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x3c - inner
;;|    1: 0x42 - outer
;;|    2: 0x47 - main
(module
  (memory (export "memory") 1)
  (func $inner (memory.copy (i32.const 0) (i32.const 65000) (i32.const 1000)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
