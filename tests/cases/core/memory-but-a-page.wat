;; A memory grows to at most 65535 pages: growing to the last one fails, and the
;; rest works.
(module
  (memory (export "memory") 1)
  (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $check (memory.grow (i32.const 65535)) (i32.const -1))
    (call $check (memory.grow (i32.const 65534)) (i32.const 1))
    (call $check (memory.grow (i32.const 1)) (i32.const -1))
    (call $check (memory.size) (i32.const 65535))
    (i32.store (i32.const 0xFFFEFFFC) (i32.const 0x01020304))
    (call $check (i32.load (i32.const 0xFFFEFFFC)) (i32.const 0x01020304))))
