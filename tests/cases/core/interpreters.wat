;; Loops that begin by reading an instruction and jumping by it: branches to them
;; copy that. Nothing that the loop's start has computed or shown may be used where
;; an instruction begins.
(module
  (memory (export "memory") 1)
  (data (i32.const 100) "\00\01\02\00\03\01\07\02\04\05")
  (func $equal (param i32 i32)
    (if (i32.ne (local.get 0) (local.get 1)) (then (unreachable))))
  ;; The start accesses 8 below the parameter, the instructions 4 below it.
  (func $run (param $state i32) (param $next i32) (result i32)
    (local $sum i32) (local $read i32)
    (loop $loop
      (block $default
        (block $end
          (block $tail
            (block $three
              (block $two
                (block $one
                  (block $zero
                    (i32.store (i32.sub (local.get $state) (i32.const 8)) (local.get $next))
                    (local.set $read (i32.load8_u (local.get $next)))
                    (local.set $next (i32.add (local.get $next) (i32.const 1)))
                    (br_table $zero $one $two $three $end $default (local.get $read)))
                  ;; 0: adds 1, and goes on by the tail.
                  (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
                  (br $tail))
                ;; 1: adds what the start has stored; leaves a value on the stack.
                (local.set $sum (i32.add (local.get $sum)
                  (i32.load (i32.sub (local.get $state) (i32.const 8)))))
                (local.get $sum)
                (br $loop))
              ;; 2: stores 4 below the parameter, and branches only where that is not 0.
              (i32.store (i32.sub (local.get $state) (i32.const 4)) (local.get $sum))
              (br_if $loop (i32.load (i32.sub (local.get $state) (i32.const 4))))
              (return (i32.const -1)))
            ;; 3: doubles, and falls into the tail.
            (local.set $sum (i32.shl (local.get $sum) (i32.const 1))))
          ;; The tail counts in memory.
          (i32.store (local.get $state)
            (i32.add (i32.load (local.get $state)) (i32.const 1)))
          (br $loop))
        (return (local.get $sum)))
      (local.set $sum (i32.add (local.get $sum) (i32.const 1000)))
      (br $loop))
    (unreachable))
  ;; A value below the loop's blocks is of the loop's start.
  (func $below (param $next i32) (result i32)
    (local $sum i32)
    (loop $loop
      (local.set $sum (i32.add (local.get $sum)
        (block $value (result i32)
          (i32.add
            (i32.load8_u (local.get $next))
            (block $inner (result i32)
              (block $stop
                (block $more
                  (br_table $more $more $more $more $stop (i32.load8_u (local.get $next))))
                (br $inner (i32.const 0)))
              (return (local.get $sum)))))))
      (local.set $next (i32.add (local.get $next) (i32.const 1)))
      (br $loop))
    (unreachable))
  (func (export "_start")
    (i32.store (i32.const 64) (i32.const 0))
    ;; 1, +101+0, =102 stored, 103, 206, +105, default, stored, end.
    (call $equal (call $run (i32.const 64) (i32.const 100)) (i32.const 1311))
    (call $equal (i32.load (i32.const 64)) (i32.const 3))
    (call $equal (i32.load (i32.const 60)) (i32.const 1311))
    (call $equal (i32.load (i32.const 56)) (i32.const 108))
    (call $equal (call $run (i32.const 64) (i32.const 102)) (i32.const -1))
    (call $equal (call $below (i32.const 100)) (i32.const 7))))
