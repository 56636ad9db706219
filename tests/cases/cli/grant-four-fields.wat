;; Four fields are an error.
;;! command: case.wat -o app --dir a::b::c::ro
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --dir a::b::c::ro: expected HOST, HOST::GUEST or HOST::GUEST::MODE
(module (func (export "_start")))
