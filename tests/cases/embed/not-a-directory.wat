;; A file is no directory to embed.
;;! module: exit/0.wat
;;! wasmc: --embed file::/data
;;! file: file
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed file::/data: not a directory
