;; A function that WASI does not have.
;;! command: case.wat -o app
(module
  (import "wasi_snapshot_preview1" "fd_wrote" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
