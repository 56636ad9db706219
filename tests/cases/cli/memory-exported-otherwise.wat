;; The export `memory` must be a memory.
;;! command: case.wat -o app
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory 1)
  (func (export "memory"))
  (func (export "_start")))
