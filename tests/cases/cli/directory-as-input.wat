;; The input is a directory.
;;! dir: folder
;;! command: folder -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: folder: cannot read: is a directory
(module (func (export "_start")))
