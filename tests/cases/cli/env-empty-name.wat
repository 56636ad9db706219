;; A variable needs a name.
;;! command: case.wat -o app --env =value
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --env =value: the variable has no name
(module (func (export "_start")))
