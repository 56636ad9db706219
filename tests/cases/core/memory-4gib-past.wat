;; One byte past a memory of 4 GiB.
;; With guard regions the report knows the function, with checks the instruction.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - main
(module
  (memory (export "memory") 65536)
  (func $main (export "_start")
    (drop (i32.load16_u (i32.const -1)))))
