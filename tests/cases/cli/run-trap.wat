;; A trap tells where it is, as in an executable.
;;! command: run case.wat
;;! wasmc-status: 134
;;! wasmc-stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x23 - main
(module (func $main (export "_start") unreachable))
