;; The input is not there.
;;! command: nothere.wasm -o app
(module (func (export "_start")))
