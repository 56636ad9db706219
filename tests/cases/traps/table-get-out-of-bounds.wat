;; table.get past the end.
;;! status: 134
;;! stderr:
;;| wasm trap: undefined element: out of bounds table access
;;| wasm backtrace:
;;|    0: 0x35 - inner
;;|    1: 0x3a - outer
;;|    2: 0x3f - main
(module
  (table $t 2 externref)
  (global $index (mut i32) (i32.const 2))
  (func $inner (drop (table.get $t (global.get $index))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
