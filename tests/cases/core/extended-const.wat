;; Constant expressions that compute.
(module
  (global $sum i32 (i32.add (i32.const 1000) (i32.mul (i32.const 3) (i32.const 8))))
  (global $wide i64 (i64.sub (i64.const 0) (i64.const 1)))
  (memory (export "memory") 1)
  (data (i32.add (i32.const 1024) (i32.const 1)) "x")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $equal (global.get $sum) (i32.const 1024))
    (call $equal (i64.eq (global.get $wide) (i64.const -1)) (i32.const 1))
    (call $equal (i32.load8_u (i32.const 1025)) (i32.const 120))))
