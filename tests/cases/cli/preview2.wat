;; A preview 2 import in a core module.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: unknown import wasi:cli/stdout@0.2.0.get-stdout (at byte 0x15); that is WASI preview2; build for wasip1
(module
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
