;; The output is a directory.
;;! dir: folder
;;! command: case.wat -o folder
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: folder: cannot write: is a directory; name a file with -o
(module (func (export "_start")))
