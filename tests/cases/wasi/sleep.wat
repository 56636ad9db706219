;; poll_oneoff with a relative timeout of 20 ms waits for it, and no less.
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $must (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
  (func $now (result i64)
    (call $must (i32.eqz (call $time (i32.const 1) (i64.const 0) (i32.const 0))))
    (i64.load (i32.const 0)))
  (func (export "_start")
    (local $start i64)
    (local.set $start (call $now))
    (i64.store (i32.const 64) (i64.const 4711)) ;; user data
    (i32.store8 (i32.const 72) (i32.const 0)) ;; a clock
    (i32.store (i32.const 80) (i32.const 1)) ;; the monotonic one
    (i64.store (i32.const 88) (i64.const 20000000)) ;; timeout
    (call $must (i32.eqz (call $poll (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 16))))
    (call $must (i32.eq (i32.load (i32.const 16)) (i32.const 1)))
    (call $must (i64.eq (i64.load (i32.const 256)) (i64.const 4711)))
    (call $must (i32.eqz (i32.load16_u (i32.const 264))))
    (call $must (i64.ge_u (i64.sub (call $now) (local.get $start)) (i64.const 20000000)))))
