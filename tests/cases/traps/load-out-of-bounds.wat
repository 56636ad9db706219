;; A load just past the end of the memory.
;;! status: 134
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 65533))
  (func $inner (drop (i32.load (global.get $end))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
