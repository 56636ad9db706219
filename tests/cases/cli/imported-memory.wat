;; A memory must be the module's own.
;;! command: case.wat -o app
(module
  (import "env" "memory" (memory 1))
  (func (export "_start")))
