;; An output inside of what it embeds would be in the next output.
;;! module: exit/0.wat
;;! wasmc: --embed .::/data
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed .::/data: the output app would be in this directory; name another with -o
