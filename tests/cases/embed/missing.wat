;; A directory to embed must be there when wasmc runs.
;;! module: exit/0.wat
;;! wasmc: --embed tree::/data
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed tree::/data: no such directory; a relative one is looked up in the directory that wasmc is started in
