;; A function that WASI does not have.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: unknown import wasi_snapshot_preview1.fd_wrote (at byte 0x19); wasi_snapshot_preview1 has no such function
(module
  (import "wasi_snapshot_preview1" "fd_wrote" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
