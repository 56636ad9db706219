;; _start takes nothing and gives nothing.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: _start has the type (i32) -> (); a program's is () -> () (at byte 0x16)
(module
  (func (export "_start") (param i32)))
