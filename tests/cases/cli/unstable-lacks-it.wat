;; A function that wasi_unstable does not have, but preview1 does.
;;! command: case.wat -o app
(module
  (import "wasi_unstable" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
