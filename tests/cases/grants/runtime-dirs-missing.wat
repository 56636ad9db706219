;; A directory granted at start must be there too.
;;! module: wasi/files.wat
;;! wasmc: --runtime-dirs
;;! args: --dir nothere -- p 3 -
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant nothere: no such directory
