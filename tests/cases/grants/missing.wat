;; A grant of a directory that is not there is an error that names the grant.
;;! module: wasi/files.wat
;;! wasmc: --dir nothere::/data
;;! args: p 3 -
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant nothere: no such directory
