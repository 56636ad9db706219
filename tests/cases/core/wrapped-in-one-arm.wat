;; That a sum does not wrap is known only where an access has shown it: here in
;; one arm of an if, and not in the other, where it does wrap.
(module
  (memory (export "memory") 1 2)
  (func $f (param $p i32) (param $c i32) (result i64)
    (i64.add (i64.extend_i32_u (local.get $p)) (i64.const 16)) local.get $p local.get $c
    if (param i64 i32) (result i64)
      i32.load drop i32.wrap_i64 i64.extend_i32_u
    else
      drop i32.wrap_i64 i64.extend_i32_u
    end)
  (func (export "_start")
    (if (i64.ne (call $f (i32.const -8) (i32.const 0)) (i64.const 8)) (then (unreachable)))
    (if (i64.ne (call $f (i32.const 8) (i32.const 1)) (i64.const 24)) (then (unreachable)))))
