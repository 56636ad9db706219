;; table.set past the end.
;;! status: 134
(module
  (table $t 2 externref)
  (global $index (mut i32) (i32.const -1))
  (func $inner (table.set $t (global.get $index) (ref.null extern)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
