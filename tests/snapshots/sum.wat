;;! function: sum
;; A loop over an array: one load with the index folded into the address.
(module
  (memory (export "memory") 1)
  (func $sum (export "sum") (param $at i32) (param $count i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=16 (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (local.get $sum))
  (func (export "_start") (drop (call $sum (i32.const 0) (i32.const 8)))))
