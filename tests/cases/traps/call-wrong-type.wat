;; call_indirect of a function of another type.
;;! status: 134
;;! stderr:
;;| wasm trap: indirect call type mismatch
;;| wasm backtrace:
;;|    0: 0x45 - inner
;;|    1: 0x4b - outer
;;|    2: 0x50 - main
(module
  (table funcref (elem $inner))
  (global $index (mut i32) (i32.const 0))
  (func $inner (drop (call_indirect (result i32) (global.get $index))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
