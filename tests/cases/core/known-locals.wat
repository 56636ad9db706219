;; A local that holds a constant keeps its type: an i64 is stored with all its
;; bytes, and what a loop changes is not known any more in its second turn.
(module
  (memory (export "memory") 1)
  (func $check (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
  (func $run (export "_start") (local $wide i64) (local $narrow i32) (local $turns i32)
    (i64.store (i32.const 8) (i64.const -1))
    (local.set $wide (i64.const 0))
    (i64.store (i32.const 8) (local.get $wide))
    (call $check (i64.eqz (i64.load (i32.const 8))))
    (local.set $wide (i64.const 0x1_0000_0002))
    (call $check (i64.eq (local.get $wide) (i64.const 0x1_0000_0002)))
    (local.set $narrow (i32.const -1))
    (call $check (i64.eq (i64.extend_i32_u (local.get $narrow)) (i64.const 0xFFFF_FFFF)))
    (call $check (i64.eq (i64.extend_i32_s (local.get $narrow)) (i64.const -1)))
    (local.set $narrow (i32.const 3))
    (loop $again
      (call $check (i32.eq (i32.add (local.get $narrow) (local.get $turns)) (i32.const 3)))
      (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
      (local.set $narrow (i32.sub (local.get $narrow) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $turns) (i32.const 3))))))
