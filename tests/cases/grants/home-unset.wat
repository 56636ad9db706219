;; A variable that is not set is an error, not an empty path.
;;! module: wasi/files.wat
;;! wasmc: --dir {HOME}/notes::/notes
;;! file: notes/in.txt x
;;! args: r 3 in.txt
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant {HOME}/notes: the environment does not set HOME
