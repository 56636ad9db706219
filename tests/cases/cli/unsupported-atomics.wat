;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (memory 1)
  (func (export "_start") (drop (i32.atomic.load (i32.const 0)))))
