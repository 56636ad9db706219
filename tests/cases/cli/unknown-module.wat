;; An import from a module that is not WASI.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: unknown import env.log (at byte 0x15); only WASI preview1 functions can be imported; build the module for wasm32-wasip1
(module
  (import "env" "log" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
