;; A WASI function with parameters it does not take.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports wasi_snapshot_preview1.fd_write as (i32, i64, i32, i32) -> (i32), but WASI has it as (i32, i32, i32, i32) -> (i32) (at byte 0x19)
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
