;; The least number divided by -1 has no result.
;;! status: 134
;;! stderr:
;;| wasm trap: integer overflow
;;| wasm backtrace:
;;|    0: 0x35 - inner
;;|    1: 0x39 - outer
;;|    2: 0x3e - main
(module
  (global $least (mut i32) (i32.const 0x80000000))
  (func $inner (drop (i32.div_s (global.get $least) (i32.const -1))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
