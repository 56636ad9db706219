;; Names that no assembler would take, and two functions of one name.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: 0x25 - a b"c
;;|    1: 0x28 - main.(*T).run
;;|    2: 0x2d - wasm function 2
(module
  (func $"a b\"c" (unreachable))
  (func $"main.(*T).run" (call $"a b\"c"))
  (func (export "_start") (call $"main.(*T).run")))
