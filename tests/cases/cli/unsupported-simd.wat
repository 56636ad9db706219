;; A proposal that is not supported, told by its name.
;;! command: case.wat -o app
(module
  (func (export "_start") (drop (v128.const i32x4 0 0 0 0))))
