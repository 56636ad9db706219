;; random_get fills exactly what it is asked to.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $must (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
  (func (export "_start")
    (call $must (i32.eqz (call $random (i32.const 16) (i32.const 32))))
    (call $must (i64.ne (i64.load (i32.const 16)) (i64.load (i32.const 24))))
    (call $must (i64.ne (i64.load (i32.const 32)) (i64.load (i32.const 40))))
    (call $must (i64.eqz (i64.load (i32.const 48))))
    (call $must (i64.eqz (i64.load (i32.const 8))))
    (call $must (i32.eqz (call $random (i32.const 0) (i32.const 65536))))))
