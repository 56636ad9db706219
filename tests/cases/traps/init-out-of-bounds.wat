;; memory.init past the end of its segment.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x3c - inner
;;|    1: 0x42 - outer
;;|    2: 0x47 - main
(module
  (memory (export "memory") 1)
  (data $abc "abc")
  (func $inner (memory.init $abc (i32.const 0) (i32.const 1) (i32.const 3)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
