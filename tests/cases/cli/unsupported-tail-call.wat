;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (func (export "_start") (return_call 0)))
