;; A variable needs a name.
;;! command: case.wat -o app --env =value
(module (func (export "_start")))
