;; A mode that there is none of.
;;! command: case.wat -o app --memory fast
(module (func (export "_start")))
