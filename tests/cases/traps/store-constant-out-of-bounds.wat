;; A constant address that no memory of this size has.
;;! status: 134
(module
  (memory (export "memory") 1)
  (func $inner (i32.store8 (i32.const 65536) (i32.const 1)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
