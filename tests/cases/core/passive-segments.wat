;; Passive segments are copied on request, in part, until they are dropped.
(module
  (memory (export "memory") 1)
  (data $abc "abcdef")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (memory.init $abc (i32.const 10) (i32.const 2) (i32.const 3))
    (call $equal (i32.load (i32.const 10)) (i32.const 0x00656463))
    (memory.init $abc (i32.const 20) (i32.const 6) (i32.const 0))
    (data.drop $abc)
    (data.drop $abc)
    (memory.init $abc (i32.const 65536) (i32.const 0) (i32.const 0))))
