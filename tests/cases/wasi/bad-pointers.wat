;; A pointer outside the memory is an errno of the call, and nothing is read or
;; written: EFAULT is 21, EINVAL 28.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; An iovec that ends outside.
  (data (i32.const 0) "\00\ff\00\00\01\01\00\00")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func (export "_start")
    (call $equal (i32.const 21) (call $args_sizes_get (i32.const 65533) (i32.const 0)))
    (call $equal (i32.const 21) (call $args_sizes_get (i32.const 16) (i32.const -4)))
    (call $equal (i32.const 21) (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $equal (i32.const 21) (call $fd_write (i32.const 1) (i32.const 65532) (i32.const 1) (i32.const 8)))
    ;; Sizes that would wrap in 32 bits; so many subscriptions are refused first.
    (call $equal (i32.const 21) (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0x20000001) (i32.const 8)))
    (call $equal (i32.const 28)
      (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 0x05555556) (i32.const 8)))
    (call $equal (i32.const 21) (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $equal (i32.const 21) (call $random_get (i32.const 0) (i32.const 65537)))
    (call $equal (i32.const 0) (call $random_get (i32.const 65536) (i32.const 0)))
    (call $equal (i32.const 21) (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 65529)))
    (call $equal (i32.const 28) (call $clock_time_get (i32.const 9) (i64.const 0) (i32.const 16)))
    (call $equal (i32.const 28) (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 0) (i32.const 8)))))
