;; A table must be the module's own.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports the table env.__indirect_function_table (at byte 0x11); a program has to define its own table; only WASI functions can be imported
(module
  (import "env" "__indirect_function_table" (table 1 funcref))
  (func (export "_start")))
