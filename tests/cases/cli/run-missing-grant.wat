;; The program's own failure, and its status.
;;! command: run --dir missing case.wat
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| case.wat: grant missing: no such directory
(module (func (export "_start")))
