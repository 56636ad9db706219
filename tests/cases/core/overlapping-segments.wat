;; Later segments win, also where they cover earlier ones in part.
(module
  (memory (export "memory") 2)
  (data (i32.const 100) "aaaaaaaa")
  (data (i32.const 102) "bb")
  (data (i32.const 103) "c")
  (data (i32.const 65530) "across the page")
  (data (i32.const 65536) "")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $equal (i32.load (i32.const 100)) (i32.const 0x63626161))
    (call $equal (i32.load (i32.const 104)) (i32.const 0x61616161))
    (call $equal (i32.load8_u (i32.const 65536)) (i32.const 32))))
