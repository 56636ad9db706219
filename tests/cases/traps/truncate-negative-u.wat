;; A float below zero as an unsigned integer.
;;! status: 134
;;! stderr:
;;| wasm trap: integer overflow
;;| wasm backtrace:
;;|    0: 0x32 - inner
;;|    1: 0x36 - outer
;;|    2: 0x3b - main
(module
  (global $negative (mut f32) (f32.const -1.5))
  (func $inner (drop (i64.trunc_f32_u (global.get $negative))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
