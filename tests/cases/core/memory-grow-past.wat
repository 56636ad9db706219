;; A page that was not granted by memory.grow is still out of bounds.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - main
(module
  (memory (export "memory") 1 5)
  (func $main (export "_start")
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 131068) (i32.const 1))
    (i32.store (i32.const 131072) (i32.const 1))))
