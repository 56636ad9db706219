;; Names come from the module: control characters must not reach the terminal.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x24 - a\\x1b[31mred\\x0ab
;;|    1: 0x27 - wasm function 1
(module
  (@custom "name" "\01\0e\01\00\0ba\1b[31mred\0ab")
  (func unreachable)
  (func (export "_start") call 0))
