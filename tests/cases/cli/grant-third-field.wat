;; A third field that is no mode is an error.
;;! command: case.wat -o app --dir a::b::c
(module (func (export "_start")))
