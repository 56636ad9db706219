;; A memory of no pages holds not even a byte.
;;! status: 134
(module
  (memory (export "memory") 0)
  (func $inner (drop (i32.load8_u (i32.const 0))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
