;; _start takes nothing and gives nothing.
;;! command: case.wat -o app
(module
  (func (export "_start") (param i32)))
