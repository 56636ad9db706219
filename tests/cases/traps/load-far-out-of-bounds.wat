;; The highest address and the highest offset: 8 GiB from the start.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - inner
;;|    1: 0x47 - outer
;;|    2: 0x4c - main
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const -1))
  (func $inner (drop (i64.load offset=0xffffffff (global.get $end))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
