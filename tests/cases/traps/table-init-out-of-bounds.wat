;; table.init past the end of the table.
;;! status: 134
(module
  (table $t 2 funcref)
  (elem $e func $outer)
  (func $inner (table.init $t $e (i32.const 2) (i32.const 0) (i32.const 1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
