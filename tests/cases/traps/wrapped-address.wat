;; An address that wraps at 2^32 is not the sum without the wrap: this access
;; is outside the memory however near to its start the sum would be.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - main
(module
  (memory (export "memory") 1 2)
  (global $sp (mut i32) (i32.const 4))
  (func $main (export "_start")
    (global.set $sp (i32.sub (global.get $sp) (i32.const 8)))
    (drop (i64.load offset=16 (global.get $sp)))))
