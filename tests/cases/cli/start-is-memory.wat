;; _start must be a function.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: _start is a memory, not a function (at byte 0x10)
(module
  (memory (export "_start") 1))
