;; Nothing to run.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: exports no _start; wasmc compiles programs; is this a library?
(module
  (func (export "main")))
