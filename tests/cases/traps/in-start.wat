;; A start function that traps ends the program before _start.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x27 - begin
(module
  (func $begin (unreachable))
  (start $begin)
  (func (export "_start")))
