;; A backtrace of a deep stack is cut, not endless.
;;! status: 134
(module
  (func $down (param i32)
    (if (i32.eqz (local.get 0)) (then (unreachable)))
    (call $down (i32.sub (local.get 0) (i32.const 1)))
    (global.set $after (i32.const 1)))
  (global $after (mut i32) (i32.const 0))
  (func (export "_start") (call $down (i32.const 10000))))
