;; The input is not there.
;;! command: nothere.wasm -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: nothere.wasm: cannot read: no such file or directory
(module (func (export "_start")))
