;; A start function that traps ends the program before _start.
;;! status: 134
(module
  (func $begin (unreachable))
  (start $begin)
  (func (export "_start")))
