;; The highest address and the highest offset: 8 GiB from the start.
;;! status: 134
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const -1))
  (func $inner (drop (i64.load offset=0xffffffff (global.get $end))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
