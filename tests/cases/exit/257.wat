;; Only the low eight bits of a status reach the parent, as for any process.
;;! status: 1
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func (export "_start") (call $proc_exit (i32.const 257))))
