;; The instruction itself, and a backtrace by the names of the name section.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x25 - inner
;;|    1: 0x28 - outer
;;|    2: 0x2d - main
(module
  (func $inner (unreachable))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
