;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (type $t (func))
  (func (export "_start") (param) (local (ref null $t))))
