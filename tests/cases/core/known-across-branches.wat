;; What one way has shown of memory does not hold where another way joins it,
;; and what all ways have shown does; parts of what was stored are extended as
;; the load says.
(module
  (memory (export "memory") 1 2)
  (func $check (param i64 i64)
    (if (i64.ne (local.get 0) (local.get 1)) (then (unreachable))))

  ;; The sum wraps at 2^32 unless the first access has been made.
  (func $in_bounds_on_one_way (param $p i32) (param $first i32) (result i64)
    (if (local.get $first) (then (drop (i64.load (local.get $p)))))
    (i64.load (i32.add (local.get $p) (i32.const 8))))
  (func $in_bounds_on_a_branch (param $p i32) (param $first i32) (result i64)
    (block $join
      (br_if $join (i32.eqz (local.get $first)))
      (drop (i64.load (local.get $p))))
    (i64.load (i32.add (local.get $p) (i32.const 8))))
  (func $in_bounds_in_a_loop (param $p i32) (param $rounds i32) (result i64)
    (local $sum i64)
    (loop $again
      (local.set $sum (i64.add (local.get $sum) (i64.load (i32.add (local.get $p) (i32.const 8)))))
      (if (local.get $rounds)
        (then
          (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
          (br $again))))
    (local.get $sum))

  ;; Sums with one value, none of which needs to wrap because another does not.
  (func $beside (param $p i32) (result i64)
    (i64.add
      (i64.load (i32.add (local.get $p) (i32.const 8)))
      (i64.add
        (i64.load (i32.add (local.get $p) (i32.const 24)))
        (i64.add
          (i64.load (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get $p)) (i64.const 16))))
          (i64.add
            (i64.load (i32.add (local.get $p) (i32.const 4)))
            (i64.load (i32.sub (local.get $p) (i32.const -12))))))))

  (func $stored_on_both_ways (param $p i32) (param $which i32) (result i64)
    (i64.store (local.get $p) (i64.const 1))
    (i64.store offset=8 (local.get $p) (i64.const 10))
    (if (local.get $which)
      (then (i64.store (local.get $p) (i64.const 2)))
      (else (i64.store offset=16 (local.get $p) (i64.const 0))))
    (i64.add (i64.load (local.get $p)) (i64.load offset=8 (local.get $p))))
  (func $stored_on_a_branch (param $p i32) (param $which i32) (result i64)
    (i64.store (local.get $p) (i64.const 1))
    (block $join
      (br_if $join (local.get $which))
      (i64.store (local.get $p) (i64.const 2))
      (br_if $join (i32.eqz (local.get $which)))
      (i64.store (local.get $p) (i64.const 3)))
    (i64.load (local.get $p)))
  (func $checked_like_go (param $p i32) (result i64)
    (i64.store (local.get $p) (i64.const 4))
    (if (i32.eqz (local.get $p)) (then (i64.store (local.get $p) (i64.const 5)) (unreachable)))
    (i64.store offset=8 (local.get $p) (i64.load (local.get $p)))
    (i64.load offset=8 (local.get $p)))
  (func $stored_in_a_loop (param $p i32) (param $rounds i32) (result i64)
    (local $sum i64)
    (i64.store (local.get $p) (i64.const 100))
    (loop $again
      (local.set $sum (i64.add (local.get $sum) (i64.load (local.get $p))))
      (i64.store (local.get $p) (i64.const 1))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds)))
    (local.get $sum))
  (func $chosen_by_a_table (param $p i32) (param $which i32) (result i64)
    (i64.store (local.get $p) (i64.const 1))
    (block $join
      (block $two
        (block $one
          (br_table $one $two $join (local.get $which)))
        (i64.store (local.get $p) (i64.const 2))
        (br $join))
      (i64.store (local.get $p) (i64.const 3)))
    (i64.load (local.get $p)))

  (func $parts (param $p i32) (param $value i64)
    (i64.store8 (local.get $p) (local.get $value))
    (i32.store16 offset=2 (local.get $p) (i32.wrap_i64 (local.get $value)))
    (call $check (i64.load8_u (local.get $p)) (i64.and (local.get $value) (i64.const 0xFF)))
    (call $check (i64.load8_s (local.get $p)) (i64.extend8_s (local.get $value)))
    (call $check (i64.extend_i32_u (i32.load8_u (local.get $p))) (i64.and (local.get $value) (i64.const 0xFF)))
    (call $check (i64.extend_i32_s (i32.load8_s (local.get $p))) (i64.extend8_s (local.get $value)))
    (call $check (i64.load16_u offset=2 (local.get $p)) (i64.and (local.get $value) (i64.const 0xFFFF)))
    (call $check (i64.load16_s offset=2 (local.get $p)) (i64.extend16_s (local.get $value)))
    (call $check (i64.extend_i32_u (i32.load16_u offset=2 (local.get $p)))
      (i64.and (local.get $value) (i64.const 0xFFFF)))
    (call $check (i64.extend_i32_s (i32.load16_s offset=2 (local.get $p))) (i64.extend16_s (local.get $value)))
    ;; A byte of the two, and two that were stored apart.
    (i32.store8 offset=3 (local.get $p) (i32.const 1))
    (call $check (i64.load16_u offset=2 (local.get $p))
      (i64.or (i64.and (local.get $value) (i64.const 0xFF)) (i64.const 0x100)))
    (call $check (i64.load8_u offset=2 (local.get $p)) (i64.and (local.get $value) (i64.const 0xFF))))

  (func (export "_start")
    (i64.store (i32.const 4) (i64.const 77))
    (call $check (call $in_bounds_on_one_way (i32.const -4) (i32.const 0)) (i64.const 77))
    (call $check (call $in_bounds_on_a_branch (i32.const -4) (i32.const 0)) (i64.const 77))
    (call $check (call $in_bounds_in_a_loop (i32.const -4) (i32.const 2)) (i64.const 231))
    (i64.store (i32.const 12) (i64.const 0x100))
    (i64.store (i32.const 20) (i64.const 0x10000))
    ;; At 4, 20, 12, 0 and 8.
    (call $check (call $beside (i32.const -4)) (i64.const 0x14D_0001_014D))
    (call $check (call $stored_on_both_ways (i32.const 64) (i32.const 0)) (i64.const 11))
    (call $check (call $stored_on_both_ways (i32.const 64) (i32.const 1)) (i64.const 12))
    (call $check (call $stored_on_a_branch (i32.const 64) (i32.const 0)) (i64.const 2))
    (call $check (call $stored_on_a_branch (i32.const 64) (i32.const 1)) (i64.const 1))
    (call $check (call $checked_like_go (i32.const 64)) (i64.const 4))
    (call $check (call $stored_in_a_loop (i32.const 64) (i32.const 3)) (i64.const 102))
    (call $check (call $chosen_by_a_table (i32.const 64) (i32.const 0)) (i64.const 2))
    (call $check (call $chosen_by_a_table (i32.const 64) (i32.const 1)) (i64.const 3))
    (call $check (call $chosen_by_a_table (i32.const 64) (i32.const 9)) (i64.const 1))
    (call $parts (i32.const 64) (i64.const 0x1122334455667788))
    (call $parts (i32.const 64) (i64.const 0x99AABBCCDDEEFF))))
