;; A module is a command or a reactor, not both.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: exports both _start and _initialize (at byte 0x16); a program has only the one, a library only the other
(module
  (func (export "_start"))
  (func (export "_initialize")))
