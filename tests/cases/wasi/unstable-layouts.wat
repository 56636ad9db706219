;; Where wasi_unstable differs from preview1: whence counts CUR, END, SET from 0,
;; a filestat has 56 bytes with nlink in 32 bits, and a subscription has 56 with
;; an identifier of its own for a clock.
;;! wasmc: --dir .::/dir --no-inject-pwd
;;! file: file 0123456789
(module
  (import "wasi_unstable" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_filestat_set_times" (func $set_times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_unstable" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_unstable" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "file")
  ;; Two subscriptions at 1024: after 2 ms on the monotonic clock with userdata 7
  ;; and identifier 99, and reading descriptor 99 with userdata 8.
  (data (i32.const 1024) "\07\00\00\00\00\00\00\00" "\00\00\00\00\00\00\00\00" "\63\00\00\00\00\00\00\00"
    "\01\00\00\00\00\00\00\00" "\80\84\1e\00\00\00\00\00" "\00\00\00\00\00\00\00\00" "\00\00\00\00\00\00\00\00")
  (data (i32.const 1080) "\08\00\00\00\00\00\00\00" "\01\00\00\00\00\00\00\00" "\63\00\00\00\00\00\00\00")
  (global $fd (mut i32) (i32.const 0))

  (func $must (param $holds i32) (if (i32.eqz (local.get $holds)) (then (unreachable))))
  ;; Position 0 to 7 of the memory.
  (func $seek_leads_to (param $offset i64) (param $whence i32) (param $expected i64)
    (call $must (i32.eqz (call $fd_seek (global.get $fd) (local.get $offset) (local.get $whence) (i32.const 0))))
    (call $must (i64.eq (i64.load (i32.const 0)) (local.get $expected))))
  (func $filestat_is_right
    (call $must (i32.eq (i32.load8_u (i32.const 528)) (i32.const 4)))
    (call $must (i32.eq (i32.load (i32.const 532)) (i32.const 1)))
    (call $must (i64.eq (i64.load (i32.const 536)) (i64.const 10)))
    (call $must (i64.eq (i64.load (i32.const 544)) (i64.const 5)))
    (call $must (i64.eq (i64.load (i32.const 552)) (i64.const 6)))
    (call $must (i64.gt_u (i64.load (i32.const 560)) (i64.const 1700000000000000000)))
    ;; 56 bytes and no more.
    (call $must (i64.eq (i64.load (i32.const 568)) (i64.const -1))))

  (func (export "_start")
    (local $start i64)
    (call $must (i32.eqz (call $path_open (i32.const 3) (i32.const 0) (i32.const 256) (i32.const 4)
      (i32.const 0) (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 8))))
    (global.set $fd (i32.load (i32.const 8)))
    (call $seek_leads_to (i64.const 3) (i32.const 2) (i64.const 3))
    (call $seek_leads_to (i64.const 2) (i32.const 0) (i64.const 5))
    (call $seek_leads_to (i64.const -1) (i32.const 1) (i64.const 9))
    (call $must (i32.eq (call $fd_seek (global.get $fd) (i64.const 0) (i32.const 3) (i32.const 0)) (i32.const 28)))

    (call $must (i32.eqz (call $set_times (global.get $fd) (i64.const 5) (i64.const 6) (i32.const 5))))
    (i64.store (i32.const 568) (i64.const -1))
    (call $must (i32.eqz (call $fd_filestat_get (global.get $fd) (i32.const 512))))
    (call $filestat_is_right)
    (memory.fill (i32.const 512) (i32.const 0) (i32.const 56))
    (call $must (i32.eqz (call $path_filestat_get
      (i32.const 3) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 512))))
    (call $filestat_is_right)

    ;; The clock alone: it takes its 2 ms.
    (call $must (i32.eqz (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 0))))
    (local.set $start (i64.load (i32.const 0)))
    (call $must (i32.eqz (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 16))))
    (call $must (i32.eq (i32.load (i32.const 16)) (i32.const 1)))
    (call $must (i64.eq (i64.load (i32.const 2048)) (i64.const 7)))
    (call $must (i32.eqz (i32.load16_u (i32.const 2056))))
    (call $must (i32.eqz (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 0))))
    (call $must (i64.ge_u (i64.sub (i64.load (i32.const 0)) (local.get $start)) (i64.const 2000000)))
    ;; With the descriptor: its EBADF is due at once.
    (call $must (i32.eqz (call $poll (i32.const 1024) (i32.const 2048) (i32.const 2) (i32.const 16))))
    (call $must (i32.eq (i32.load (i32.const 16)) (i32.const 1)))
    (call $must (i64.eq (i64.load (i32.const 2048)) (i64.const 8)))
    (call $must (i32.eq (i32.load16_u (i32.const 2056)) (i32.const 8)))))
