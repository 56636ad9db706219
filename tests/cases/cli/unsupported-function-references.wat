;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: the module uses a WebAssembly proposal that wasmc does not support yet: typed function references (at byte 0x23); turn the proposal off where the module is built
(module
  (type $t (func))
  (func (export "_start") (param) (local (ref null $t))))
