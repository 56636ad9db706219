;; _start must be a function.
;;! command: case.wat -o app
(module
  (memory (export "_start") 1))
