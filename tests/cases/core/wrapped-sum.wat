;; A sum that wraps at 2^32 leads to the memory's start.
(module
  (memory (export "memory") 1 2)
  (global $sp (mut i32) (i32.const -4))
  (func (export "_start") (local $at i32)
    (i64.store (i32.const 4) (i64.const 42))
    (global.set $sp (i32.add (global.get $sp) (i32.const 8)))
    (if (i64.ne (i64.load (global.get $sp)) (i64.const 42)) (then (unreachable)))
    (local.set $at (i32.wrap_i64
      (i64.add (i64.extend_i32_u (i32.sub (global.get $sp) (i32.const 8))) (i64.const 8))))
    (if (i64.ne (i64.load (local.get $at)) (i64.const 42)) (then (unreachable)))))
