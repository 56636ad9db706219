;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: the module uses a WebAssembly proposal that wasmc does not support yet: wide arithmetic (at byte 0x27); turn the proposal off where the module is built
(module
  (func (export "_start") (i64.mul_wide_u (i64.const 1) (i64.const 1)) drop drop))
