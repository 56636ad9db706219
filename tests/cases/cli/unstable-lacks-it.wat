;; A function that wasi_unstable does not have, but preview1 does.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: unknown import wasi_unstable.sock_accept (at byte 0x18); wasi_unstable has no such function
(module
  (import "wasi_unstable" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
