;;! function: divide
;; A division by a constant, as Go's compiler writes it: one multiplication.
(module
  (func $divide (export "divide") (param $a i64) (result i64)
    (local $x i64) (local $x0 i64) (local $x1 i64) (local $y0 i64) (local $y1 i64) (local $t i64)
    (local.set $x (i64.shr_u (local.get $a) (i64.const 1)))
    (local.set $x1 (i64.shr_u (local.get $x) (i64.const 32)))
    (local.set $x0 (i64.and (local.get $x) (i64.const 4294967295)))
    (local.set $t (i64.add (i64.mul (local.get $x1) (i64.const 917808536))
      (i64.shr_u (i64.mul (local.get $x0) (i64.const 917808536)) (i64.const 32))))
    (i64.shr_u (i64.add
        (i64.add (i64.mul (local.get $x1) (i64.const 2305843009)) (i64.shr_u (local.get $t) (i64.const 32)))
        (i64.shr_u (i64.add (i64.mul (local.get $x0) (i64.const 2305843009)) (i64.and (local.get $t) (i64.const 4294967295)))
          (i64.const 32))) (i64.const 28)))
  (func (export "_start") (drop (call $divide (i64.const 7)))))
