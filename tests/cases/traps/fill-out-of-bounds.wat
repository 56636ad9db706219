;; memory.fill traps before it writes.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x3b - inner
;;|    1: 0x40 - outer
;;|    2: 0x45 - main
(module
  (memory (export "memory") 1)
  (func $inner (memory.fill (i32.const 65535) (i32.const 1) (i32.const 2)))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
