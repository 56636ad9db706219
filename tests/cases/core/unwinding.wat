;; Functions of Go's shape, which return 1 to unwind the native stack, called in
;; every way: where the caller returns 1 as well at once, and where it first does
;; something, which must not be left out. Each line is what a caller was told, and
;; the stack pointer then.
;;! stdout:
;;| 0 1000
;;| 1 2000
;;| 1 2000
;;| 1 2000
;;| 1 2000
;;| 0 1000
;;| 0 3000
;;| 1 2000
;;| 1 2000
;;| 0 4000
;;| 1 2000
;;| 0 5000
;;! status: 0
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 1000))
  ;; Whether $switch unwinds.
  (global $switches (mut i64) (i64.const 0))
  (type $go (func (param i32) (result i32)))
  (table 8 funcref)
  (elem (i32.const 1) $switch $straight $tail $by_reference $joins $watches $keeps)

  ;; Writes "$result $stack_pointer\n".
  (func $print (param $result i32)
    (local $rest i32) (local $at i32)
    (i32.store8 (i32.const 64) (i32.add (local.get $result) (i32.const 48)))
    (i32.store8 (i32.const 65) (i32.const 32))
    (i32.store8 (i32.const 70) (i32.const 10))
    (local.set $rest (global.get $sp))
    (local.set $at (i32.const 69))
    (loop $digits
      (i32.store8 (local.get $at) (i32.add (i32.rem_u (local.get $rest) (i32.const 10)) (i32.const 48)))
      (local.set $rest (i32.div_u (local.get $rest) (i32.const 10)))
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $digits (i32.gt_u (local.get $at) (i32.const 65))))
    (i32.store (i32.const 32) (i32.const 64))
    (i32.store (i32.const 36) (i32.const 7))
    (drop (call $fd_write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 40))))

  ;; Go's gogo: only unwinds.
  (func $gogo (param $pc i32) (result i32)
    (global.set $sp (i32.const 2000))
    (i32.const 1))

  (func $switch (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        global.get $switches  i32.wrap_i64
        if
          i32.const 0  call $gogo  global.get $sp  local.set $s  br_if $exit
          unreachable
        end
        i32.const 0  return
      end
    end
    i32.const 1)

  ;; Has much of its own in registers while its callee unwinds, which its caller
  ;; must not find there.
  (func $straight (param $pc i32) (result i32) (local $s i32)
    (local $i0 i64) (local $i1 i64) (local $i2 i64) (local $i3 i64) (local $i4 i64) (local $i5 i64)
    (local $i6 i64) (local $i7 i64) (local $i8 i64) (local $i9 i64) (local $i10 i64) (local $i11 i64)
    (local $f0 f64) (local $f1 f64) (local $f2 f64) (local $f3 f64) (local $f4 f64)
    (local $f5 f64) (local $f6 f64) (local $f7 f64) (local $f8 f64)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        (local.set $i0 (i64.load (i32.const 600)))
        (local.set $i1 (i64.load (i32.const 608)))
        (local.set $i2 (i64.load (i32.const 616)))
        (local.set $i3 (i64.load (i32.const 624)))
        (local.set $i4 (i64.load (i32.const 632)))
        (local.set $i5 (i64.load (i32.const 640)))
        (local.set $i6 (i64.load (i32.const 648)))
        (local.set $i7 (i64.load (i32.const 656)))
        (local.set $i8 (i64.load (i32.const 664)))
        (local.set $i9 (i64.load (i32.const 672)))
        (local.set $i10 (i64.load (i32.const 680)))
        (local.set $i11 (i64.load (i32.const 688)))
        (local.set $f0 (f64.load (i32.const 800)))
        (local.set $f1 (f64.load (i32.const 808)))
        (local.set $f2 (f64.load (i32.const 816)))
        (local.set $f3 (f64.load (i32.const 824)))
        (local.set $f4 (f64.load (i32.const 832)))
        (local.set $f5 (f64.load (i32.const 840)))
        (local.set $f6 (f64.load (i32.const 848)))
        (local.set $f7 (f64.load (i32.const 856)))
        (local.set $f8 (f64.load (i32.const 864)))
        i32.const 0  call $switch  global.get $sp  local.set $s  br_if $exit
        (i64.store (i32.const 600) (i64.add (local.get $i0) (i64.const 1)))
        (i64.store (i32.const 608) (i64.add (local.get $i1) (i64.const 2)))
        (i64.store (i32.const 616) (i64.add (local.get $i2) (i64.const 3)))
        (i64.store (i32.const 624) (i64.add (local.get $i3) (i64.const 4)))
        (i64.store (i32.const 632) (i64.add (local.get $i4) (i64.const 5)))
        (i64.store (i32.const 640) (i64.add (local.get $i5) (i64.const 6)))
        (i64.store (i32.const 648) (i64.add (local.get $i6) (i64.const 7)))
        (i64.store (i32.const 656) (i64.add (local.get $i7) (i64.const 8)))
        (i64.store (i32.const 664) (i64.add (local.get $i8) (i64.const 9)))
        (i64.store (i32.const 672) (i64.add (local.get $i9) (i64.const 10)))
        (i64.store (i32.const 680) (i64.add (local.get $i10) (i64.const 11)))
        (i64.store (i32.const 688) (i64.add (local.get $i11) (i64.const 12)))
        (f64.store (i32.const 800) (f64.add (local.get $f0) (f64.const 1)))
        (f64.store (i32.const 808) (f64.add (local.get $f1) (f64.const 2)))
        (f64.store (i32.const 816) (f64.add (local.get $f2) (f64.const 3)))
        (f64.store (i32.const 824) (f64.add (local.get $f3) (f64.const 4)))
        (f64.store (i32.const 832) (f64.add (local.get $f4) (f64.const 5)))
        (f64.store (i32.const 840) (f64.add (local.get $f5) (f64.const 6)))
        (f64.store (i32.const 848) (f64.add (local.get $f6) (f64.const 7)))
        (f64.store (i32.const 856) (f64.add (local.get $f7) (f64.const 8)))
        (f64.store (i32.const 864) (f64.add (local.get $f8) (f64.const 9)))
        i32.const 0  return
      end
    end
    i32.const 1)

  ;; Gives back what its callee returns.
  (func $tail (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        i32.const 0  call $straight  global.get $sp  local.set $s  return
      end
    end
    i32.const 1)

  (func $by_reference (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        i32.const 0  i32.const 3  call_indirect (type $go)
        global.get $sp  local.set $s  br_if $exit
        i32.const 0  return
      end
    end
    i32.const 1)

  ;; Both results leave it on one way.
  (func $joins (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        global.get $switches  i32.wrap_i64
        if
          global.get $sp  drop
          i32.const 2000  global.set $sp
          i32.const 1  br 3
        end
        i32.const 0  br 2
      end
    end
    i32.const 1)

  ;; Changes the stack pointer when a callee unwinds, and does not itself. The
  ;; second time the callee's result leads to another block's end.
  (func $watches (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        i32.const 0  call $straight
        if
          i32.const 3000  global.set $sp
        end
        i32.const 0  return
      end
    end
    i32.const 1)

  (func $watches_branches (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        block $unwound
          i32.const 0  call $switch  global.get $sp  local.set $s  br_if $unwound
          i32.const 0  return
        end
        i32.const 4000  global.set $sp
        i32.const 0  return
      end
    end
    i32.const 1)

  ;; Has much to keep while its callee unwinds, in registers if it can, and within
  ;; a call that catches as well.
  (func $keeps (param $pc i32) (result i32) (local $s i32)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64) (local $e i64) (local $f i64)
    (local $x f64) (local $y f64) (local $z f64) (local $n i64)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        (local.set $n (i64.load (i32.const 512)))
        (local.set $a (i64.add (local.get $n) (i64.const 1)))
        (local.set $b (i64.add (local.get $n) (i64.const 2)))
        (local.set $c (i64.add (local.get $n) (i64.const 3)))
        (local.set $d (i64.add (local.get $n) (i64.const 4)))
        (local.set $e (i64.add (local.get $n) (i64.const 5)))
        (local.set $f (i64.add (local.get $n) (i64.const 6)))
        (local.set $x (f64.convert_i64_s (local.get $a)))
        (local.set $y (f64.convert_i64_s (local.get $b)))
        (local.set $z (f64.convert_i64_s (local.get $c)))
        loop $several
          (drop (call $watches (i32.const 0)))
          (i32.ne (call $by_reference (i32.const 0)) (i32.wrap_i64 (global.get $switches)))
          if  unreachable  end
          (local.set $a (i64.mul (local.get $a) (i64.const 3)))
          (local.set $b (i64.mul (local.get $b) (local.get $a)))
          (local.set $c (i64.xor (local.get $c) (local.get $b)))
          (local.set $d (i64.add (local.get $d) (local.get $c)))
          (local.set $e (i64.add (local.get $e) (local.get $d)))
          (local.set $f (i64.sub (local.get $f) (local.get $e)))
          (local.set $x (f64.add (local.get $x) (local.get $y)))
          (local.set $y (f64.mul (local.get $y) (f64.const 0.5)))
          (local.set $z (f64.sub (local.get $z) (local.get $x)))
          (local.set $n (i64.add (local.get $n) (i64.const 1)))
          (br_if $several (i64.lt_u (local.get $n) (i64.const 4)))
        end
        (i64.ne (i64.add (i64.add (local.get $a) (i64.add (local.get $b) (local.get $c)))
                         (i64.add (local.get $d) (i64.add (local.get $e) (local.get $f))))
                (i64.const 351917))
        if  unreachable  end
        (f64.ne (f64.add (local.get $x) (f64.add (local.get $y) (local.get $z))) (f64.const -8.375))
        if  unreachable  end
        i32.const 5000  global.set $sp
        i32.const 0  return
      end
    end
    i32.const 1)

  ;; More functions, all of Go's shape, so that the program counts as Go's.
  (func $calls_keeps (param $pc i32) (result i32) (local $s i32)
    global.get $sp  local.set $s
    block $exit
      loop $again
        block $begin  local.get $pc  br_table $begin $begin  end
        i32.const 0  i32.const 7  call_indirect (type $go)
        global.get $sp  local.set $s  br_if $exit
        i32.const 0  return
      end
    end
    i32.const 1)

  (func (export "_start")
    (call $print (call $tail (i32.const 0)))
    (global.set $switches (i64.const 1))
    (call $print (call $gogo (i32.const 0)))
    (call $print (call $switch (i32.const 0)))
    (call $print (call $tail (i32.const 0)))
    (call $print (call_indirect (type $go) (i32.const 0) (i32.const 4)))
    (global.set $switches (i64.const 0))
    (global.set $sp (i32.const 1000))
    (call $print (call $joins (i32.const 0)))
    (global.set $switches (i64.const 1))
    (call $print (call $watches (i32.const 0)))
    (call $print (call $joins (i32.const 0)))
    (call $print (call_indirect (type $go) (i32.const 0) (i32.const 5)))
    (call $print (call $watches_branches (i32.const 0)))
    (call $print (call $by_reference (i32.const 0)))
    (call $print (call $calls_keeps (i32.const 0)))))
