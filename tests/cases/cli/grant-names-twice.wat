;; The program would see only one of them.
;;! command: case.wat -o app --dir a::/data --dir b::/data/
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: two directories have the program's name /data/; give one another: HOST::NAME
(module)
