;; call_indirect past the end of the table.
;;! status: 134
;;! stderr:
;;| wasm trap: undefined element: out of bounds table access
;;| wasm backtrace:
;;|    0: 0x35 - inner
;;|    1: 0x3a - outer
;;|    2: 0x3f - main
(module
  (type $nothing (func))
  (table 2 funcref)
  (global $index (mut i32) (i32.const 2))
  (func $inner (call_indirect (type $nothing) (global.get $index)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
