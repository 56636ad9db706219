;; A start function that calls proc_exit ends the program before _start.
;;! status: 9
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func $begin (call $proc_exit (i32.const 9)))
  (start $begin)
  (func (export "_start") (unreachable)))
