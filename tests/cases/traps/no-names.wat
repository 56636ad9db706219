;; Functions without names are told by their index, in a module with no name
;; section: `(;...;)` gives none.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x25 - wasm function 0
;;|    1: 0x28 - wasm function 1
;;|    2: 0x2d - wasm function 2
(module
  (func unreachable)
  (func call 0)
  (func (export "_start") call 1))
