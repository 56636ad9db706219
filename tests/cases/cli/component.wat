;; A component is not a module.
;;! file: component.wasm \x00asm\x0d\x00\x01\x00
;;! command: component.wasm -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: component.wasm: this is a component, and wasmc takes core modules; build for wasip1 (WASI preview1) instead of wasip2
(module (func (export "_start")))
