;; A reactor has nothing to run.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: this is a reactor: it exports _initialize but no _start (at byte 0x15); wasmc compiles programs; build it as a command, not as a library
(module
  (func (export "_initialize")))
