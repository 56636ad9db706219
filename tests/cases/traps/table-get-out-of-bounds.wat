;; table.get past the end.
;;! status: 134
(module
  (table $t 2 externref)
  (global $index (mut i32) (i32.const 2))
  (func $inner (drop (table.get $t (global.get $index))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
