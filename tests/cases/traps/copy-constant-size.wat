;; A copy of a constant size traps where it leaves the memory by one byte; the
;; one before it just fits.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x4a - leaves
;;|    1: 0x50 - main
(module
  (memory (export "memory") 1)
  (func $fits (memory.copy (i32.const 65512) (i32.const 0) (i32.const 24)))
  (func $leaves (memory.copy (i32.const 0) (i32.const 65513) (i32.const 24)))
  (func $main (export "_start") (call $fits) (call $leaves)))
