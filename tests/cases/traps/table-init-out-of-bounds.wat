;; table.init past the end of the table.
;;! status: 134
;;! stderr:
;;| wasm trap: undefined element: out of bounds table access
;;| wasm backtrace:
;;|    0: 0x38 - inner
;;|    1: 0x3e - outer
;;|    2: 0x43 - main
(module
  (table $t 2 funcref)
  (elem $e func $outer)
  (func $inner (table.init $t $e (i32.const 2) (i32.const 0) (i32.const 1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
