;; table.set past the end.
;;! status: 134
;;! stderr:
;;| wasm trap: undefined element: out of bounds table access
;;| wasm backtrace:
;;|    0: 0x37 - inner
;;|    1: 0x3b - outer
;;|    2: 0x40 - main
(module
  (table $t 2 externref)
  (global $index (mut i32) (i32.const -1))
  (func $inner (table.set $t (global.get $index) (ref.null extern)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
