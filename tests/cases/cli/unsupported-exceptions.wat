;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (tag $e)
  (func (export "_start") (throw $e)))
