;; A body that does not validate: the error says the byte.
;;! command: case.wat -o app
(module
  (func (export "_start") (result i32) (i64.const 1)))
