;; A float beyond the integers.
;;! status: 134
;;! stderr:
;;| wasm trap: integer overflow
;;| wasm backtrace:
;;|    0: 0x36 - inner
;;|    1: 0x3a - outer
;;|    2: 0x3f - main
(module
  (global $large (mut f64) (f64.const 1e10))
  (func $inner (drop (i32.trunc_f64_s (global.get $large))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
