;; A page that was not granted by memory.grow is still out of bounds.
;;! status: 134
(module
  (memory (export "memory") 1 5)
  (func $main (export "_start")
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 131068) (i32.const 1))
    (i32.store (i32.const 131072) (i32.const 1))))
