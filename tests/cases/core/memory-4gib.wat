;; A memory may begin with all of its 65536 pages, and its last byte works.
(module
  (memory (export "memory") 65536)
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $equal (memory.size) (i32.const 65536))
    (call $equal (memory.grow (i32.const 1)) (i32.const -1))
    (i32.store (i32.const -4) (i32.const 0x01020304))
    (call $equal (i32.load8_u (i32.const -1)) (i32.const 1))
    (call $equal (i32.load offset=4294967292 (i32.const 0)) (i32.const 0x01020304))))
