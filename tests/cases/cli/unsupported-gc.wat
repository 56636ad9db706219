;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (type (struct))
  (func (export "_start")))
