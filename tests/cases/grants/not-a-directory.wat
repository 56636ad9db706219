;; A grant of a file is an error that names the grant.
;;! module: wasi/files.wat
;;! wasmc: --dir case.wat::/data
;;! args: p 3 -
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant case.wat: not a directory
