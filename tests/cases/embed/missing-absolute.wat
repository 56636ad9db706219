;; A directory by an absolute path must be there too.
;;! module: exit/0.wat
;;! wasmc: --embed [DIR]/tree::/data
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed [DIR]/tree::/data: no such directory
