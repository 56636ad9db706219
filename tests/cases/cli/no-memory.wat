;; WASI calls that take pointers need a memory.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports wasi_snapshot_preview1.fd_write, which takes pointers, but exports no memory named "memory" (at byte 0x19); export the memory that the pointers point into
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (func (export "_start")))
