;; What is embedded cannot be writable.
;;! module: exit/0.wat
;;! wasmc: --embed tree::/data::rw
;;! dir: tree
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --embed tree::/data::rw: what is embedded is read-only; leave out ::rw
