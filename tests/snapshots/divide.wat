;;! function: divide
;; Division: the hardware traps where it can, and no check is made twice.
(module
  (func $divide (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "_start") (drop (call $divide (i32.const 7) (i32.const 2)))))
