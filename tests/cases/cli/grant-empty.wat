;; A grant of nothing is an error.
;;! command: case.wat -o app --dir ''
(module (func (export "_start")))
