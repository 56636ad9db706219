;; Prints one line through WASI's fd_write and ends: the smallest useful program.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $written i32) (result i32)))

  (memory (export "memory") 1)
  ;; One iovec: the text's address and its length in bytes.
  (data (i32.const 0) "\10\00\00\00\0d\00\00\00")
  (data (i32.const 16) "Hello, world\n")

  (func $main (export "_start")
    (drop (call $fd_write
      (i32.const 1)  ;; stdout
      (i32.const 0)  ;; the iovec
      (i32.const 1)  ;; there is one
      (i32.const 8)  ;; where the number of bytes written goes
    ))))
