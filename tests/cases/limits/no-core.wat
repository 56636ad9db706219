;; A trap ends the program as an exit does: no signal, no core file.
;;! limit: -c unlimited
;;! absent: core
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x23 - main
(module
  (func $main (export "_start") (unreachable)))
