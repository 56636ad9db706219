;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (memory 1 (pagesize 1))
  (func (export "_start")))
