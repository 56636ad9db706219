;; A reactor has nothing to run.
;;! command: case.wat -o app
(module
  (func (export "_initialize")))
