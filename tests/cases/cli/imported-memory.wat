;; A memory must be the module's own.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports the memory env.memory (at byte 0x11); a program has to define its own memory; only WASI functions can be imported
(module
  (import "env" "memory" (memory 1))
  (func (export "_start")))
