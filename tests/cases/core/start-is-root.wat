;; The start function may be _start itself: it then runs twice.
;;! status: 134
;;! stderr:
;;| wasm trap: wasm `unreachable` instruction executed
;;| wasm backtrace:
;;|    0: [..] - main
(module
  (global $runs (mut i32) (i32.const 0))
  (func $main (export "_start")
    (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
    (if (i32.eq (global.get $runs) (i32.const 2)) (then (unreachable))))
  (start $main))
