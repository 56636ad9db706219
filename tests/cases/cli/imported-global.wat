;; A global must be the module's own.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports the global env.__stack_pointer (at byte 0x11); a program has to define its own global; only WASI functions can be imported
(module
  (import "env" "__stack_pointer" (global (mut i32)))
  (func (export "_start")))
