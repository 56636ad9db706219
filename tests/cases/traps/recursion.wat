;; Recursion without end reaches the guard of the guest's stack.
;;! wasmc: --stack-size 1MiB
;;! status: 134
;;! stderr:
;;| wasm trap: call stack exhausted
;;| wasm backtrace:
;;|    0: 0x24 - inner
;;|    1: 0x24 - inner
;;|    2: 0x24 - inner
;;|    3: 0x24 - inner
;;|    4: 0x24 - inner
;;|    5: 0x24 - inner
;;|    6: 0x24 - inner
;;|    7: 0x24 - inner
;;|    8: 0x24 - inner
;;|    9: 0x24 - inner
;;|   10: 0x24 - inner
;;|   11: 0x24 - inner
;;|   12: 0x24 - inner
;;|   13: 0x24 - inner
;;|   14: 0x24 - inner
;;|   15: 0x24 - inner
;;|   16: 0x24 - inner
;;|   17: 0x24 - inner
;;|   18: 0x24 - inner
;;|   19: 0x24 - inner
;;|   20: 0x24 - inner
;;|   21: 0x24 - inner
;;|   22: 0x24 - inner
;;|   23: 0x24 - inner
;;|   24: 0x24 - inner
;;|   25: 0x24 - inner
;;|   26: 0x24 - inner
;;|   27: 0x24 - inner
;;|   28: 0x24 - inner
;;|   29: 0x24 - inner
;;|   30: 0x24 - inner
;;|   31: 0x24 - inner
;;|       ... [..] frames omitted ...
;;| [..]: 0x24 - inner
;;| [..]: 0x24 - inner
;;| [..]: 0x24 - inner
;;| [..]: 0x24 - inner
;;| [..]: 0x24 - inner
;;| [..]: 0x24 - inner
;;| [..]: 0x29 - outer
;;| [..]: 0x2e - main
(module
  (func $inner (call $inner))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
