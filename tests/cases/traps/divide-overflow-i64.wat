;; The least number divided by -1 has no result.
;;! status: 134
;;! stderr:
;;| wasm trap: integer overflow
;;| wasm backtrace:
;;|    0: 0x3f - inner
;;|    1: 0x43 - outer
;;|    2: 0x48 - main
(module
  (global $least (mut i64) (i64.const 0x8000000000000000))
  (global $minus_one (mut i64) (i64.const -1))
  (func $inner (drop (i64.div_s (global.get $least) (global.get $minus_one))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
