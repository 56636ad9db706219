;; Nothing to run.
;;! command: case.wat -o app
(module
  (func (export "main")))
