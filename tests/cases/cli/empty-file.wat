;; The input is empty.
;;! file: empty.wasm
;;! command: empty.wasm -o app
(module (func (export "_start")))
