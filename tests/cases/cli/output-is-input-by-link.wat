;; The same by another name.
;;! symlink: link.wat case.wat
;;! command: case.wat -o link.wat
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: link.wat: cannot write: this is the input itself; name another file with -o
(module (func (export "_start")))
