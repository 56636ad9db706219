;; A module is a command or a reactor, not both.
;;! command: case.wat -o app
(module
  (func (export "_start"))
  (func (export "_initialize")))
