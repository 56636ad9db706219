;; Text that is no module: the error says the line.
;;! command: case.wat -o app
(module
  (func (export "_start") (i32.frobnicate)))
