;; call_indirect of a function of another type.
;;! status: 134
(module
  (table funcref (elem $inner))
  (global $index (mut i32) (i32.const 0))
  (func $inner (drop (call_indirect (result i32) (global.get $index))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
