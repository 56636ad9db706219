;; Four fields are an error.
;;! command: case.wat -o app --dir a::b::c::ro
(module (func (export "_start")))
