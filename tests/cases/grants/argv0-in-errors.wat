;; What keeps the program from starting is told under the executable's real name.
;;! module: wasi/strings.wat
;;! wasmc: --argv0 tool --dir nothere
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant nothere: no such directory
