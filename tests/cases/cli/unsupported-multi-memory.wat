;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: the module uses a WebAssembly proposal that wasmc does not support yet: multiple memories (at byte 0x14); turn the proposal off where the module is built
(module
  (memory 1) (memory 1)
  (func (export "_start")))
