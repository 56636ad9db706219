;; The memory of a program with functions that can be resumed, as Go's can, has
;; at most 65535 pages: growing to the last one fails, and the rest works.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 1024))
  (func $check (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func $resumable (param $pc i32) (result i32)
    (block
      (block local.get $pc br_table 0 1)
      i32.const 0 return)
    i32.const 1)
  (func (export "_start")
    (call $check (call $resumable (i32.const 0)) (i32.const 0))
    (call $check (call $resumable (i32.const 1)) (i32.const 1))
    (call $check (memory.grow (i32.const 65535)) (i32.const -1))
    (call $check (memory.grow (i32.const 65534)) (i32.const 1))
    (call $check (memory.grow (i32.const 1)) (i32.const -1))
    (call $check (memory.size) (i32.const 65535))
    (i32.store (i32.const 0xFFFEFFFC) (i32.const 0x01020304))
    (call $check (i32.load (i32.const 0xFFFEFFFC)) (i32.const 0x01020304))))
