;; Signed 64-bit remainder by zero.
;;! status: 134
;;! stderr:
;;| wasm trap: integer divide by zero
;;| wasm backtrace:
;;|    0: 0x31 - inner
;;|    1: 0x35 - outer
;;|    2: 0x3a - main
(module
  (global $zero (mut i64) (i64.const 0))
  (func $inner (drop (i64.rem_s (i64.const 1) (global.get $zero))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
