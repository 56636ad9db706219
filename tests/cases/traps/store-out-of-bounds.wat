;; A store that begins inside the memory and ends outside.
;;! status: 134
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 65529))
  (func $inner (i64.store (global.get $end) (i64.const -1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
