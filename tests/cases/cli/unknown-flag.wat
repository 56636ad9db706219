;; A flag that there is none of.
;;! command: case.wat -o app --frobnicate
(module (func (export "_start")))
