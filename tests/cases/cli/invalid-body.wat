;; A body that does not validate: the error says the byte.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: type mismatch: expected i32, found i64 (at byte 0x2a)
(module
  (func $f (result i32) (i64.const 1))
  (func (export "_start")))
