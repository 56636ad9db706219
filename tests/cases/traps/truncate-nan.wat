;; A number that is none has no integer value.
;;! status: 134
;;! stderr:
;;| wasm trap: invalid conversion to integer
;;| wasm backtrace:
;;|    0: 0x36 - inner
;;|    1: 0x3a - outer
;;|    2: 0x3f - main
(module
  (global $nan (mut f64) (f64.const nan))
  (func $inner (drop (i32.trunc_f64_s (global.get $nan))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
