;; A dropped segment has no bytes.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x3f - inner
;;|    1: 0x45 - outer
;;|    2: 0x4a - main
(module
  (memory (export "memory") 1)
  (data $abc "abc")
  (func $inner (data.drop $abc) (memory.init $abc (i32.const 0) (i32.const 0) (i32.const 1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
