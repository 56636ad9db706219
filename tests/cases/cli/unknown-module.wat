;; An import from a module that is not WASI.
;;! command: case.wat -o app
(module
  (import "env" "log" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
