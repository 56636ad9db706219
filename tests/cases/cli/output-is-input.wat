;; The output would overwrite the input.
;;! command: case.wat -o case.wat
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: cannot write: this is the input itself; name another file with -o
(module (func (export "_start")))
