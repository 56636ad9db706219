;; Text that is no module: the error says the line and the column.
;;! file: bad.wat (module\n  (func (export "_start") (i32.frobnicate)))
;;! command: bad.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: bad.wat:2:28: unknown operator or unexpected token
