;;! command: inspect /bin/true
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: /bin/true: this is no executable made by wasmc
(module)
