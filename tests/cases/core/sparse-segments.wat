;; Segments at both ends of the memory: the executable holds their pages only.
;; tests/tests/executable.rs looks at its size.
(module
  (memory (export "memory") 65536)
  (data (i32.const 0) "first")
  (data (i32.const 0xffff0000) "last")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $equal (i32.load8_u (i32.const 4)) (i32.const 116))
    (call $equal (i32.load8_u (i32.const 5)) (i32.const 0))
    (call $equal (i32.load (i32.const 0xffff0000)) (i32.const 0x7473616c))
    (call $equal (i32.load (i32.const 0x80000000)) (i32.const 0))))
