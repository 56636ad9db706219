;; Functions, blocks and loops with several results, more than fit in registers.
(module
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func $ten (result i32 i64 f32 f64 i32 i32 i32 i32 i32 i32)
    (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4)
    (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10))
  (func $swap (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))
  (func (export "_start")
    (call $ten)
    ;; The sum of the last six, then the others away.
    i32.add i32.add i32.add i32.add i32.add
    (call $equal (i32.const 45))
    (call $equal (i32.trunc_f64_s) (i32.const 4))
    drop drop drop
    (call $swap (i32.const 3) (i32.const 10))
    i32.sub
    (call $equal (i32.const 7))
    (i32.const 0) (i32.const 5)
    (loop $sum (param i32 i32) (result i32 i32)
      (call $step)
      (br_if $sum (call $is_left)))
    drop
    (call $equal (i32.const 15)))
  (global $left (mut i32) (i32.const 5))
  (func $step (param $sum i32) (param $n i32) (result i32 i32)
    (i32.add (local.get $sum) (local.get $n))
    (i32.sub (local.get $n) (i32.const 1)))
  (func $is_left (result i32)
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (global.get $left)))
