;; What an inlined function without results leaves on the stack where it returns
;; is not its result, and does not unwind its caller.
(module
  (memory (export "memory") 1 2)
  (global $sp (mut i32) (i32.const 1024))
  (func $f (param $p i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 8)))
    i32.const 1 return)
  (func $g (param $c i32) (result i32) (local $l i32)
    (block $b
      local.get $c
      i32.const 0 call $f
      global.get $sp local.set $l br_if $b
      i32.const 7 return)
    i32.const 9)
  (func (export "_start")
    (if (i32.ne (call $g (i32.const 0)) (i32.const 7)) (then (unreachable)))
    (if (i32.ne (call $g (i32.const 1)) (i32.const 9)) (then (unreachable)))))
