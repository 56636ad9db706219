;; A table must be the module's own.
;;! command: case.wat -o app
(module
  (import "env" "__indirect_function_table" (table 1 funcref))
  (func (export "_start")))
