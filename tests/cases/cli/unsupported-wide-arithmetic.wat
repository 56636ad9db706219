;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (func (export "_start") (i64.mul_wide_u (i64.const 1) (i64.const 1)) drop drop))
