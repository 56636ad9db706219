;; An embedded directory has no host at run time whose name it could take.
;;! module: exit/0.wat
;;! wasmc: --embed tree
;;! dir: tree
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --embed tree: expected HOST_DIR::GUEST
