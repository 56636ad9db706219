;; The input is empty.
;;! file: empty.wasm
;;! command: empty.wasm -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: empty.wasm: the file is empty; expected a WebAssembly module
(module (func (export "_start")))
