;; A component is not a module.
;;! file: component.wasm \x00asm\x0d\x00\x01\x00
;;! command: component.wasm -o app
(module (func (export "_start")))
