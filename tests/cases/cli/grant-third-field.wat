;; A third field that is no mode is an error.
;;! command: case.wat -o app --dir a::b::c
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --dir a::b::c: the third field must be ro or rw
(module (func (export "_start")))
