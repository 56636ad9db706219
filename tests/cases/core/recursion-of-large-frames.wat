;; Frames larger than the guard region cannot jump over it.
;;! wasmc: --stack-size 1MiB
;;! status: 134
;;! stderr:
;;| wasm trap: call stack exhausted
;;| wasm backtrace:
;;|    0: 0x2a - fat
;;|    1: 0x2a - fat
;;|    2: 0x2a - fat
;;|    3: 0x2a - fat
;;|    4: 0x2a - fat
;;|    5: 0x2a - fat
;;|    6: 0x2a - fat
;;|    7: 0x2a - fat
;;|    8: 0x2a - fat
;;|    9: 0x2a - fat
;;|   10: 0x2a - fat
;;|   11: 0x2a - fat
;;|   12: 0x2a - fat
;;|   13: 0x2a - fat
;;|   14: 0x2a - fat
;;|   15: 0x2a - fat
;;|   16: 0x2a - fat
;;|   17: 0x2a - fat
;;|   18: 0x2a - fat
;;|   19: 0x2a - fat
;;|   20: 0x2a - fat
;;|   21: 0x2a - fat
;;|   22: 0x2a - fat
;;|   23: 0x2a - fat
;;|   24: 0x2a - fat
;;|   25: 0x2a - fat
;;|   26: 0x2a - fat
;;|   27: 0x2a - fat
;;|   28: 0x2a - fat
;;|   29: 0x2a - fat
;;|   30: 0x2a - fat
;;|   31: 0x2a - fat
;;|       ... [..] frames omitted ...
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x2a - fat
;;| [..]: 0x439 - wasm function 1
(module
  (func $fat (param $n i32) (result i32)
    (local $l0 i64)
    (local $l1 i64)
    (local $l2 i64)
    (local $l3 i64)
    (local $l4 i64)
    (local $l5 i64)
    (local $l6 i64)
    (local $l7 i64)
    (local $l8 i64)
    (local $l9 i64)
    (local $l10 i64)
    (local $l11 i64)
    (local $l12 i64)
    (local $l13 i64)
    (local $l14 i64)
    (local $l15 i64)
    (local $l16 i64)
    (local $l17 i64)
    (local $l18 i64)
    (local $l19 i64)
    (local $l20 i64)
    (local $l21 i64)
    (local $l22 i64)
    (local $l23 i64)
    (local $l24 i64)
    (local $l25 i64)
    (local $l26 i64)
    (local $l27 i64)
    (local $l28 i64)
    (local $l29 i64)
    (local $l30 i64)
    (local $l31 i64)
    (local $l32 i64)
    (local $l33 i64)
    (local $l34 i64)
    (local $l35 i64)
    (local $l36 i64)
    (local $l37 i64)
    (local $l38 i64)
    (local $l39 i64)
    (local $l40 i64)
    (local $l41 i64)
    (local $l42 i64)
    (local $l43 i64)
    (local $l44 i64)
    (local $l45 i64)
    (local $l46 i64)
    (local $l47 i64)
    (local $l48 i64)
    (local $l49 i64)
    (local $l50 i64)
    (local $l51 i64)
    (local $l52 i64)
    (local $l53 i64)
    (local $l54 i64)
    (local $l55 i64)
    (local $l56 i64)
    (local $l57 i64)
    (local $l58 i64)
    (local $l59 i64)
    (local $l60 i64)
    (local $l61 i64)
    (local $l62 i64)
    (local $l63 i64)
    (local.set $l0 (i64.extend_i32_u (local.get $n)))
    (local.set $l1 (i64.extend_i32_u (local.get $n)))
    (local.set $l2 (i64.extend_i32_u (local.get $n)))
    (local.set $l3 (i64.extend_i32_u (local.get $n)))
    (local.set $l4 (i64.extend_i32_u (local.get $n)))
    (local.set $l5 (i64.extend_i32_u (local.get $n)))
    (local.set $l6 (i64.extend_i32_u (local.get $n)))
    (local.set $l7 (i64.extend_i32_u (local.get $n)))
    (local.set $l8 (i64.extend_i32_u (local.get $n)))
    (local.set $l9 (i64.extend_i32_u (local.get $n)))
    (local.set $l10 (i64.extend_i32_u (local.get $n)))
    (local.set $l11 (i64.extend_i32_u (local.get $n)))
    (local.set $l12 (i64.extend_i32_u (local.get $n)))
    (local.set $l13 (i64.extend_i32_u (local.get $n)))
    (local.set $l14 (i64.extend_i32_u (local.get $n)))
    (local.set $l15 (i64.extend_i32_u (local.get $n)))
    (local.set $l16 (i64.extend_i32_u (local.get $n)))
    (local.set $l17 (i64.extend_i32_u (local.get $n)))
    (local.set $l18 (i64.extend_i32_u (local.get $n)))
    (local.set $l19 (i64.extend_i32_u (local.get $n)))
    (local.set $l20 (i64.extend_i32_u (local.get $n)))
    (local.set $l21 (i64.extend_i32_u (local.get $n)))
    (local.set $l22 (i64.extend_i32_u (local.get $n)))
    (local.set $l23 (i64.extend_i32_u (local.get $n)))
    (local.set $l24 (i64.extend_i32_u (local.get $n)))
    (local.set $l25 (i64.extend_i32_u (local.get $n)))
    (local.set $l26 (i64.extend_i32_u (local.get $n)))
    (local.set $l27 (i64.extend_i32_u (local.get $n)))
    (local.set $l28 (i64.extend_i32_u (local.get $n)))
    (local.set $l29 (i64.extend_i32_u (local.get $n)))
    (local.set $l30 (i64.extend_i32_u (local.get $n)))
    (local.set $l31 (i64.extend_i32_u (local.get $n)))
    (local.set $l32 (i64.extend_i32_u (local.get $n)))
    (local.set $l33 (i64.extend_i32_u (local.get $n)))
    (local.set $l34 (i64.extend_i32_u (local.get $n)))
    (local.set $l35 (i64.extend_i32_u (local.get $n)))
    (local.set $l36 (i64.extend_i32_u (local.get $n)))
    (local.set $l37 (i64.extend_i32_u (local.get $n)))
    (local.set $l38 (i64.extend_i32_u (local.get $n)))
    (local.set $l39 (i64.extend_i32_u (local.get $n)))
    (local.set $l40 (i64.extend_i32_u (local.get $n)))
    (local.set $l41 (i64.extend_i32_u (local.get $n)))
    (local.set $l42 (i64.extend_i32_u (local.get $n)))
    (local.set $l43 (i64.extend_i32_u (local.get $n)))
    (local.set $l44 (i64.extend_i32_u (local.get $n)))
    (local.set $l45 (i64.extend_i32_u (local.get $n)))
    (local.set $l46 (i64.extend_i32_u (local.get $n)))
    (local.set $l47 (i64.extend_i32_u (local.get $n)))
    (local.set $l48 (i64.extend_i32_u (local.get $n)))
    (local.set $l49 (i64.extend_i32_u (local.get $n)))
    (local.set $l50 (i64.extend_i32_u (local.get $n)))
    (local.set $l51 (i64.extend_i32_u (local.get $n)))
    (local.set $l52 (i64.extend_i32_u (local.get $n)))
    (local.set $l53 (i64.extend_i32_u (local.get $n)))
    (local.set $l54 (i64.extend_i32_u (local.get $n)))
    (local.set $l55 (i64.extend_i32_u (local.get $n)))
    (local.set $l56 (i64.extend_i32_u (local.get $n)))
    (local.set $l57 (i64.extend_i32_u (local.get $n)))
    (local.set $l58 (i64.extend_i32_u (local.get $n)))
    (local.set $l59 (i64.extend_i32_u (local.get $n)))
    (local.set $l60 (i64.extend_i32_u (local.get $n)))
    (local.set $l61 (i64.extend_i32_u (local.get $n)))
    (local.set $l62 (i64.extend_i32_u (local.get $n)))
    (local.set $l63 (i64.extend_i32_u (local.get $n)))
    (drop (call $fat (i32.add (local.get $n) (i32.const 1))))
    (if (i64.eq (local.get $l0) (i64.const 0)) (then (return (i32.const 0))))
    (if (i64.eq (local.get $l1) (i64.const 1)) (then (return (i32.const 1))))
    (if (i64.eq (local.get $l2) (i64.const 2)) (then (return (i32.const 2))))
    (if (i64.eq (local.get $l3) (i64.const 3)) (then (return (i32.const 3))))
    (if (i64.eq (local.get $l4) (i64.const 4)) (then (return (i32.const 4))))
    (if (i64.eq (local.get $l5) (i64.const 5)) (then (return (i32.const 5))))
    (if (i64.eq (local.get $l6) (i64.const 6)) (then (return (i32.const 6))))
    (if (i64.eq (local.get $l7) (i64.const 7)) (then (return (i32.const 7))))
    (if (i64.eq (local.get $l8) (i64.const 8)) (then (return (i32.const 8))))
    (if (i64.eq (local.get $l9) (i64.const 9)) (then (return (i32.const 9))))
    (if (i64.eq (local.get $l10) (i64.const 10)) (then (return (i32.const 10))))
    (if (i64.eq (local.get $l11) (i64.const 11)) (then (return (i32.const 11))))
    (if (i64.eq (local.get $l12) (i64.const 12)) (then (return (i32.const 12))))
    (if (i64.eq (local.get $l13) (i64.const 13)) (then (return (i32.const 13))))
    (if (i64.eq (local.get $l14) (i64.const 14)) (then (return (i32.const 14))))
    (if (i64.eq (local.get $l15) (i64.const 15)) (then (return (i32.const 15))))
    (if (i64.eq (local.get $l16) (i64.const 16)) (then (return (i32.const 16))))
    (if (i64.eq (local.get $l17) (i64.const 17)) (then (return (i32.const 17))))
    (if (i64.eq (local.get $l18) (i64.const 18)) (then (return (i32.const 18))))
    (if (i64.eq (local.get $l19) (i64.const 19)) (then (return (i32.const 19))))
    (if (i64.eq (local.get $l20) (i64.const 20)) (then (return (i32.const 20))))
    (if (i64.eq (local.get $l21) (i64.const 21)) (then (return (i32.const 21))))
    (if (i64.eq (local.get $l22) (i64.const 22)) (then (return (i32.const 22))))
    (if (i64.eq (local.get $l23) (i64.const 23)) (then (return (i32.const 23))))
    (if (i64.eq (local.get $l24) (i64.const 24)) (then (return (i32.const 24))))
    (if (i64.eq (local.get $l25) (i64.const 25)) (then (return (i32.const 25))))
    (if (i64.eq (local.get $l26) (i64.const 26)) (then (return (i32.const 26))))
    (if (i64.eq (local.get $l27) (i64.const 27)) (then (return (i32.const 27))))
    (if (i64.eq (local.get $l28) (i64.const 28)) (then (return (i32.const 28))))
    (if (i64.eq (local.get $l29) (i64.const 29)) (then (return (i32.const 29))))
    (if (i64.eq (local.get $l30) (i64.const 30)) (then (return (i32.const 30))))
    (if (i64.eq (local.get $l31) (i64.const 31)) (then (return (i32.const 31))))
    (if (i64.eq (local.get $l32) (i64.const 32)) (then (return (i32.const 32))))
    (if (i64.eq (local.get $l33) (i64.const 33)) (then (return (i32.const 33))))
    (if (i64.eq (local.get $l34) (i64.const 34)) (then (return (i32.const 34))))
    (if (i64.eq (local.get $l35) (i64.const 35)) (then (return (i32.const 35))))
    (if (i64.eq (local.get $l36) (i64.const 36)) (then (return (i32.const 36))))
    (if (i64.eq (local.get $l37) (i64.const 37)) (then (return (i32.const 37))))
    (if (i64.eq (local.get $l38) (i64.const 38)) (then (return (i32.const 38))))
    (if (i64.eq (local.get $l39) (i64.const 39)) (then (return (i32.const 39))))
    (if (i64.eq (local.get $l40) (i64.const 40)) (then (return (i32.const 40))))
    (if (i64.eq (local.get $l41) (i64.const 41)) (then (return (i32.const 41))))
    (if (i64.eq (local.get $l42) (i64.const 42)) (then (return (i32.const 42))))
    (if (i64.eq (local.get $l43) (i64.const 43)) (then (return (i32.const 43))))
    (if (i64.eq (local.get $l44) (i64.const 44)) (then (return (i32.const 44))))
    (if (i64.eq (local.get $l45) (i64.const 45)) (then (return (i32.const 45))))
    (if (i64.eq (local.get $l46) (i64.const 46)) (then (return (i32.const 46))))
    (if (i64.eq (local.get $l47) (i64.const 47)) (then (return (i32.const 47))))
    (if (i64.eq (local.get $l48) (i64.const 48)) (then (return (i32.const 48))))
    (if (i64.eq (local.get $l49) (i64.const 49)) (then (return (i32.const 49))))
    (if (i64.eq (local.get $l50) (i64.const 50)) (then (return (i32.const 50))))
    (if (i64.eq (local.get $l51) (i64.const 51)) (then (return (i32.const 51))))
    (if (i64.eq (local.get $l52) (i64.const 52)) (then (return (i32.const 52))))
    (if (i64.eq (local.get $l53) (i64.const 53)) (then (return (i32.const 53))))
    (if (i64.eq (local.get $l54) (i64.const 54)) (then (return (i32.const 54))))
    (if (i64.eq (local.get $l55) (i64.const 55)) (then (return (i32.const 55))))
    (if (i64.eq (local.get $l56) (i64.const 56)) (then (return (i32.const 56))))
    (if (i64.eq (local.get $l57) (i64.const 57)) (then (return (i32.const 57))))
    (if (i64.eq (local.get $l58) (i64.const 58)) (then (return (i32.const 58))))
    (if (i64.eq (local.get $l59) (i64.const 59)) (then (return (i32.const 59))))
    (if (i64.eq (local.get $l60) (i64.const 60)) (then (return (i32.const 60))))
    (if (i64.eq (local.get $l61) (i64.const 61)) (then (return (i32.const 61))))
    (if (i64.eq (local.get $l62) (i64.const 62)) (then (return (i32.const 62))))
    (if (i64.eq (local.get $l63) (i64.const 63)) (then (return (i32.const 63))))
    (i32.const 0))
  (func (export "_start") (drop (call $fat (i32.const 0)))))
