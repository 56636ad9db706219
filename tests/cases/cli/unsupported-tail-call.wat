;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: the module uses a WebAssembly proposal that wasmc does not support yet: tail calls (at byte 0x23); turn the proposal off where the module is built
(module
  (func (export "_start") (return_call 0)))
