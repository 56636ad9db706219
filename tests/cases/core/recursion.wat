;; A million frames are no trouble: the guest has its own stack.
(module
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  (func $depth (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (i32.add (i32.const 1) (call $depth (i32.sub (local.get $n) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "_start")
    (call $equal (call $depth (i32.const 1000000)) (i32.const 1000000))))
