;; memory.init past the end of its segment.
;;! status: 134
(module
  (memory (export "memory") 1)
  (data $abc "abc")
  (func $inner (memory.init $abc (i32.const 0) (i32.const 1) (i32.const 3)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
