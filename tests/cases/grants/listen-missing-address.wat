;; An address that the machine does not have is told before the program runs.
;; (192.0.2.0/24 is for documentation: nobody has it.)
;;! module: wasi/strings.wat
;;! wasmc: --listen 192.0.2.1:80
;;! status: 1
;;! stderr:
;;| [DIR]/app: listen 192.0.2.1:80: no such address on this machine
