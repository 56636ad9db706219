;; A backtrace of a deep stack is cut, not endless.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: [..] - down
;;|    1: 0x2f - down
;;|    2: 0x2f - down
;;|    3: 0x2f - down
;;|    4: 0x2f - down
;;|    5: 0x2f - down
;;|    6: 0x2f - down
;;|    7: 0x2f - down
;;|    8: 0x2f - down
;;|    9: 0x2f - down
;;|   10: 0x2f - down
;;|   11: 0x2f - down
;;|   12: 0x2f - down
;;|   13: 0x2f - down
;;|   14: 0x2f - down
;;|   15: 0x2f - down
;;|   16: 0x2f - down
;;|   17: 0x2f - down
;;|   18: 0x2f - down
;;|   19: 0x2f - down
;;|   20: 0x2f - down
;;|   21: 0x2f - down
;;|   22: 0x2f - down
;;|   23: 0x2f - down
;;|   24: 0x2f - down
;;|   25: 0x2f - down
;;|   26: 0x2f - down
;;|   27: 0x2f - down
;;|   28: 0x2f - down
;;|   29: 0x2f - down
;;|   30: 0x2f - down
;;|   31: 0x2f - down
;;|       ... 9962 frames omitted ...
;;| 9994: 0x2f - down
;;| 9995: 0x2f - down
;;| 9996: 0x2f - down
;;| 9997: 0x2f - down
;;| 9998: 0x2f - down
;;| 9999: 0x2f - down
;;| 10000: 0x2f - down
;;| 10001: 0x44 - wasm function 1
(module
  (func $down (param i32)
    (if (i32.eqz (local.get 0)) (then (unreachable)))
    (call $down (i32.sub (local.get 0) (i32.const 1)))
    (global.set $after (i32.const 1)))
  (global $after (mut i32) (i32.const 0))
  (func (export "_start") (call $down (i32.const 10000))))
