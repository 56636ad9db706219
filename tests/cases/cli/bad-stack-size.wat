;; A size that is none.
;;! command: case.wat -o app --stack-size much
(module (func (export "_start")))
