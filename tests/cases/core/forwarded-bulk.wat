;; A copy or a fill of a small constant size changes what a load gives, as any
;; other store does.
(module
  (memory (export "memory") 1 2)
  (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func $fill (param $p i32) (result i32)
    (i32.store (local.get $p) (i32.const 1))
    (memory.fill (local.get $p) (i32.const 0) (i32.const 16))
    (i32.load (local.get $p)))
  (func $copy (param $p i32) (result i32)
    (i32.store (local.get $p) (i32.const 1))
    (i32.store offset=64 (local.get $p) (i32.const 2))
    (memory.copy (local.get $p) (i32.add (local.get $p) (i32.const 64)) (i32.const 8))
    (i32.load (local.get $p)))
  (func (export "_start")
    (call $check (call $fill (i32.const 128)) (i32.const 0))
    (call $check (call $copy (i32.const 128)) (i32.const 2))))
