;; A global must be the module's own.
;;! command: case.wat -o app
(module
  (import "env" "__stack_pointer" (global (mut i32)))
  (func (export "_start")))
