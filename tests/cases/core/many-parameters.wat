;; More parameters than registers, of mixed types, directly and indirectly.
(module
  (type $wide (func (param i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64) (result i64)))
  (table funcref (elem $sum))
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func $sum (type $wide)
    (i64.add (i64.extend_i32_u (i32.add (local.get 0) (i32.add (local.get 4) (i32.add (local.get 8) (i32.add (local.get 12) (local.get 16))))))
    (i64.add (i64.add (local.get 1) (i64.add (local.get 5) (i64.add (local.get 9) (i64.add (local.get 13) (local.get 17)))))
    (i64.trunc_f64_s (f64.add
      (f64.promote_f32 (f32.add (local.get 2) (f32.add (local.get 6) (f32.add (local.get 10) (f32.add (local.get 14) (local.get 18))))))
      (f64.add (local.get 3) (f64.add (local.get 7) (f64.add (local.get 11) (f64.add (local.get 15) (local.get 19))))))))))
  (func (export "_start")
    (call $equal (i32.const 210) (i32.wrap_i64 (call $sum
      (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4) (i32.const 5) (i64.const 6) (f32.const 7) (f64.const 8)
      (i32.const 9) (i64.const 10) (f32.const 11) (f64.const 12) (i32.const 13) (i64.const 14) (f32.const 15) (f64.const 16)
      (i32.const 17) (i64.const 18) (f32.const 19) (f64.const 20))))
    (call $equal (i32.const 20) (i32.wrap_i64 (call_indirect (type $wide)
      (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1) (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1)
      (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1) (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1)
      (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1) (i32.const 0))))))
