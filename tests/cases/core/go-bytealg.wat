;; The searches and comparisons of Go's internal/bytealg, which wasmc has native
;; code for, beside copies that one more operator keeps it from recognising. Both
;; have to give the same for every short length, also at the end of the memory.
(module
  (memory (export "memory") 1)
  (func $memchr (param i32 i32 i32) (result i32) (local i32 i32)
    local.get 1 local.set 4 block block local.get 2 i32.const 0 i32.ne local.tee 3 local.get 0
    i32.const 3 i32.and i32.const 0 i32.ne i32.and if loop local.get 0 i32.load8_u local.get 1
    i32.eq br_if 2 local.get 2 i32.const -1 i32.add local.tee 2 i32.const 0 i32.ne local.tee 3
    local.get 0 i32.const 1 i32.add local.tee 0 i32.const 3 i32.and i32.const 0 i32.ne i32.and
    br_if 0 end end local.get 3 br_if 0 i32.const 0 local.set 1 br 1 end local.get 0 i32.load8_u
    local.get 4 local.tee 3 i32.eq if local.get 2 local.set 1 else local.get 4
    i32.const 16843009 i32.mul local.set 4 block block local.get 2 i32.const 3 i32.gt_u if
    local.get 2 local.set 1 loop local.get 0 i32.load local.get 4 i32.xor local.tee 2
    i32.const -2139062144 i32.and i32.const -2139062144 i32.xor local.get 2 i32.const -16843009
    i32.add i32.and i32.eqz if local.get 0 i32.const 4 i32.add local.set 0 local.get 1
    i32.const -4 i32.add local.tee 1 i32.const 3 i32.gt_u br_if 1 br 3 end end else local.get 2
    local.set 1 br 1 end br 1 end local.get 1 i32.eqz if i32.const 0 local.set 1 br 3 end end
    loop local.get 0 i32.load8_u local.get 3 i32.eq br_if 2 local.get 0 i32.const 1 i32.add
    local.set 0 local.get 1 i32.const -1 i32.add local.tee 1 br_if 0 i32.const 0 local.set 1 end
    end end local.get 0 i32.const 0 local.get 1 select return unreachable)
  (func $memchr_body (param i32 i32 i32) (result i32) (local i32 i32)
    nop local.get 1 local.set 4 block block local.get 2 i32.const 0 i32.ne local.tee 3
    local.get 0 i32.const 3 i32.and i32.const 0 i32.ne i32.and if loop local.get 0 i32.load8_u
    local.get 1 i32.eq br_if 2 local.get 2 i32.const -1 i32.add local.tee 2 i32.const 0 i32.ne
    local.tee 3 local.get 0 i32.const 1 i32.add local.tee 0 i32.const 3 i32.and i32.const 0
    i32.ne i32.and br_if 0 end end local.get 3 br_if 0 i32.const 0 local.set 1 br 1 end
    local.get 0 i32.load8_u local.get 4 local.tee 3 i32.eq if local.get 2 local.set 1 else
    local.get 4 i32.const 16843009 i32.mul local.set 4 block block local.get 2 i32.const 3
    i32.gt_u if local.get 2 local.set 1 loop local.get 0 i32.load local.get 4 i32.xor
    local.tee 2 i32.const -2139062144 i32.and i32.const -2139062144 i32.xor local.get 2
    i32.const -16843009 i32.add i32.and i32.eqz if local.get 0 i32.const 4 i32.add local.set 0
    local.get 1 i32.const -4 i32.add local.tee 1 i32.const 3 i32.gt_u br_if 1 br 3 end end else
    local.get 2 local.set 1 br 1 end br 1 end local.get 1 i32.eqz if i32.const 0 local.set 1
    br 3 end end loop local.get 0 i32.load8_u local.get 3 i32.eq br_if 2 local.get 0 i32.const 1
    i32.add local.set 0 local.get 1 i32.const -1 i32.add local.tee 1 br_if 0 i32.const 0
    local.set 1 end end end local.get 0 i32.const 0 local.get 1 select return unreachable)
  (func $memcmp (param i32 i32 i32) (result i32) (local i32 i32)
    local.get 2 if (result i32) loop local.get 0 i32.load8_s local.tee 3 local.get 1 i32.load8_s
    local.tee 4 i32.eq if local.get 0 i32.const 1 i32.add local.set 0 local.get 1 i32.const 1
    i32.add local.set 1 i32.const 0 local.get 2 i32.const -1 i32.add local.tee 2 i32.eqz br_if 3
    drop br 1 end end local.get 3 i32.const 255 i32.and local.get 4 i32.const 255 i32.and
    i32.sub else i32.const 0 end return unreachable)
  (func $memcmp_body (param i32 i32 i32) (result i32) (local i32 i32)
    nop local.get 2 if (result i32) loop local.get 0 i32.load8_s local.tee 3 local.get 1
    i32.load8_s local.tee 4 i32.eq if local.get 0 i32.const 1 i32.add local.set 0 local.get 1
    i32.const 1 i32.add local.set 1 i32.const 0 local.get 2 i32.const -1 i32.add local.tee 2
    i32.eqz br_if 3 drop br 1 end end local.get 3 i32.const 255 i32.and local.get 4
    i32.const 255 i32.and i32.sub else i32.const 0 end return unreachable)
  (func $memeq (param i64 i64 i64) (result i64)
    local.get 0 local.get 1 i64.eq if i64.const 1 return end loop local.get 2 i64.eqz if
    i64.const 1 return end local.get 0 i32.wrap_i64 i64.load8_u local.get 1 i32.wrap_i64
    i64.load8_u i64.ne if i64.const 0 return end local.get 0 i64.const 1 i64.add local.set 0
    local.get 1 i64.const 1 i64.add local.set 1 local.get 2 i64.const 1 i64.sub local.set 2 br 0
    end unreachable unreachable)
  (func $memeq_body (param i64 i64 i64) (result i64)
    nop local.get 0 local.get 1 i64.eq if i64.const 1 return end loop local.get 2 i64.eqz if
    i64.const 1 return end local.get 0 i32.wrap_i64 i64.load8_u local.get 1 i32.wrap_i64
    i64.load8_u i64.ne if i64.const 0 return end local.get 0 i64.const 1 i64.add local.set 0
    local.get 1 i64.const 1 i64.add local.set 1 local.get 2 i64.const 1 i64.sub local.set 2 br 0
    end unreachable unreachable)

  (func $same (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))

  ;; All three on ranges of one length.
  (func $all (param $left i32) (param $right i32) (param $len i32)
    (local $byte i32)
    (call $same
      (call $memcmp (local.get $left) (local.get $right) (local.get $len))
      (call $memcmp_body (local.get $left) (local.get $right) (local.get $len)))
    (call $same
      (i32.wrap_i64 (call $memeq (i64.extend_i32_u (local.get $left)) (i64.extend_i32_u (local.get $right))
        (i64.extend_i32_u (local.get $len))))
      (i32.wrap_i64 (call $memeq_body (i64.extend_i32_u (local.get $left)) (i64.extend_i32_u (local.get $right))
        (i64.extend_i32_u (local.get $len)))))
    ;; Bytes that are there or are not, and what is no byte.
    (loop $next
      (call $same
        (call $memchr (local.get $left) (local.get $byte) (local.get $len))
        (call $memchr_body (local.get $left) (local.get $byte) (local.get $len)))
      (br_if $next (i32.lt_u (local.tee $byte (i32.add (local.get $byte) (i32.const 53))) (i32.const 600)))))

  (func (export "_start")
    (local $len i32) (local $at i32) (local $period i32)
    ;; Two halves that are equal but for one byte in so many.
    (loop $fill
      (i32.store8 (local.get $at) (i32.mul (local.get $at) (i32.const 53)))
      (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 32768))))
    (memory.copy (i32.const 32768) (i32.const 0) (i32.const 32768))
    (local.set $at (i32.const 32700))
    (loop $change
      (i32.store8 (local.get $at) (i32.const 0xfe))
      (br_if $change (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 67))) (i32.const 65536))))
    (loop $lengths
      (local.set $at (i32.const 0))
      (loop $places
        (call $all (local.get $at) (i32.add (local.get $at) (i32.const 32768)) (local.get $len))
        ;; At the end of the memory, where no vector fits.
        (call $all
          (i32.sub (i32.const 65536) (i32.add (local.get $len) (local.get $at)))
          (i32.sub (i32.const 32768) (i32.add (local.get $len) (local.get $at)))
          (local.get $len))
        (br_if $places (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 3))) (i32.const 80))))
      (br_if $lengths (i32.lt_u (local.tee $len (i32.add (local.get $len) (i32.const 1))) (i32.const 140))))
    ;; Ranges that leave the memory, but not before the result is known.
    (i32.store8 (i32.const 65530) (i32.const 1))
    (i32.store8 (i32.const 65000) (i32.const 2))
    (call $same (call $memchr (i32.const 65500) (i32.const 1) (i32.const 100)) (i32.const 65530))
    (call $same (call $memcmp (i32.const 65530) (i32.const 65000) (i32.const -1)) (i32.const -1))
    (call $same (call $memcmp (i32.const 65530) (i32.const 65000) (i32.const 16)) (i32.const -1))
    (call $same (i32.wrap_i64 (call $memeq (i64.const 65530) (i64.const 65000) (i64.const 9999999999))) (i32.const 0))
    (call $same (i32.wrap_i64 (call $memeq (i64.const 65530) (i64.const 65000) (i64.const 12))) (i32.const 0))
    ;; Pointers of which only the low half counts.
    (call $same (i32.wrap_i64 (call $memeq (i64.const 0x10000fffa) (i64.const 65530) (i64.const 5))) (i32.const 1))
    (call $same (i32.wrap_i64 (call $memeq (i64.const 70000) (i64.const 70000) (i64.const 5))) (i32.const 1))))
