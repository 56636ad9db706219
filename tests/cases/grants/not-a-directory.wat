;; A grant of a file is an error that names the grant.
;;! module: wasi/files.wat
;;! wasmc: --dir case.wat::/data
;;! args: p 3 -
