;; Grants without the `--` after them are an error: what follows could be meant for
;; either.
;;! module: wasi/files.wat
;;! wasmc: --runtime-dirs
;;! args: --dir .
;;! status: 1
;;! stderr:
;;| [DIR]/app: -- must follow the grants in the arguments
