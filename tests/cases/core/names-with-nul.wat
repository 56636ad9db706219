;; A NUL in a name, which ends a name in ELF, and an empty name.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: [..] - wasm function 1
;;|    1: [..] - a\\x00b
(module
  (func $"a\00b" (export "_start") (call 1))
  (func (@name "") (unreachable)))
