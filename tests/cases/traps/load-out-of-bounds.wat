;; A load just past the end of the memory.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - inner
;;|    1: 0x45 - outer
;;|    2: 0x4a - main
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 65533))
  (func $inner (drop (i32.load (global.get $end))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
