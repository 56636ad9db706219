;;! function: dispatch
;; An indirect call: bounds check, null and signature check, call.
(module
  (type $op (func (param i32) (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $double $square)
  (func $double (type $op) (i32.shl (local.get 0) (i32.const 1)))
  (func $square (type $op) (i32.mul (local.get 0) (local.get 0)))
  (func $dispatch (export "dispatch") (param $which i32) (param $value i32) (result i32)
    (call_indirect (type $op) (local.get $value) (local.get $which)))
  (func (export "_start") (drop (call $dispatch (i32.const 0) (i32.const 3)))))
