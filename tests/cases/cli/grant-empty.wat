;; A grant of nothing is an error.
;;! command: case.wat -o app --dir ''
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --dir : the host directory is empty
(module (func (export "_start")))
