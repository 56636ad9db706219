;; Loops that begin with a table, as Go's compiler makes them, and shapes near
;; to it: each function returns what it saw, and the sum of wrong answers is the
;; status. Every variant must agree, whether or not jumps are threaded.
;;! status: 0
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)

  ;; Go's shape: entered at 0 or resumed at any entry; each step notes itself.
  (func $resumable (param $pc i32) (result i32)
    (local $seen i32)
    (loop $top
      (block $three
        (block $two
          (block $one
            (block $zero
              (local.get $pc)
              (br_table $zero $one $two $three))
            ;; zero
            (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 10)) (i32.const 1)))
            (local.set $pc (i32.const 2))
            (br $top))
          ;; one: backwards to zero, once
          (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 10)) (i32.const 2)))
          (if (i32.lt_u (local.get $seen) (i32.const 200))
            (then (local.set $pc (i32.const 0)) (br $top)))
          (local.set $pc (i32.const 3))
          (br $top))
        ;; two
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 10)) (i32.const 3)))
        (if (i32.eq (local.get $seen) (i32.const 13))
          (then (local.set $pc (i32.const 1)) (br $top)))
        (local.set $pc (i32.const 99))
        (br $top)))
    (local.get $seen))

  ;; The constant is only known on one way into the branch.
  (func $joined (param $which i32) (result i32)
    (local $state i32)
    (local $seen i32)
    (local.set $state (i32.const 0))
    (loop $top
      (block $c
        (block $b
          (block $a
            (br_table $a $b $c (local.get $state)))
          ;; a
          (local.set $seen (i32.add (local.get $seen) (i32.const 1)))
          (local.set $state (i32.const 2))
          (if (local.get $which) (then (local.set $state (i32.const 1))))
          (br $top))
        ;; b
        (local.set $seen (i32.add (local.get $seen) (i32.const 10)))
        (local.set $state (i32.const 2))
        (br $top)))
    (i32.add (local.get $seen) (i32.mul (local.get $state) (i32.const 100))))

  ;; A value below the loop stays on the stack; the table's default leads out.
  (func $with_operand (param $n i32) (result i32)
    (local $state i32)
    (i32.const 1000)
    (block $out
      (loop $top
        (block $again
          (br_table $again $out (local.get $state)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (local.set $state (i32.const 0))
        (br_if $top (local.get $n))
        (local.set $state (i32.const 7))
        (br $top)))
    (i32.add (local.get $state)))

  ;; An inner dispatch on the same local; tee; and a constant that a second
  ;; store replaces before the branch.
  (func $nested (result i32)
    (local $pc i32)
    (local $seen i32)
    (loop $outer
      (block $done
        (block $inner_part
          (block $first
            (br_table $first $inner_part $done (local.get $pc)))
          (local.set $seen (i32.add (local.get $seen) (i32.const 1)))
          (drop (local.tee $pc (i32.const 2)))
          (local.set $pc (i32.const 1))
          (br $outer))
        (local.set $pc (i32.const 0))
        (loop $inner
          (block $y
            (block $x
              (br_table $x $y (local.get $pc)))
            (local.set $seen (i32.add (local.get $seen) (i32.const 10)))
            (local.set $pc (i32.const 1))
            (br $inner))
          (local.set $seen (i32.add (local.get $seen) (i32.const 100))))
        (local.set $pc (i32.const 2))
        (br $outer)))
    (local.get $seen))

  ;; No dispatch loop: the local changes between the loop's start and the table.
  (func $counted (result i32)
    (local $i i32)
    (local $seen i32)
    (loop $top
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (block $end
        (block $more
          (br_table $more $more $more $end (local.get $i)))
        (local.set $seen (i32.add (local.get $seen) (local.get $i)))
        (br $top)))
    (i32.add (local.get $seen) (i32.mul (local.get $i) (i32.const 100))))

  (func $wrong (param $got i32) (param $expected i32) (param $bit i32) (result i32)
    (select (i32.const 0) (local.get $bit) (i32.eq (local.get $got) (local.get $expected))))

  (func (export "_start")
    (local $wrong i32)
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $resumable (i32.const 0)) (i32.const 13213) (i32.const 32))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $resumable (i32.const 1)) (i32.const 213) (i32.const 64))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $joined (i32.const 0)) (i32.const 201) (i32.const 1))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $joined (i32.const 1)) (i32.const 211) (i32.const 2))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $with_operand (i32.const 5)) (i32.const 1007) (i32.const 4))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $nested) (i32.const 111) (i32.const 8))))
    (local.set $wrong (i32.add (local.get $wrong)
      (call $wrong (call $counted) (i32.const 303) (i32.const 16))))
    (call $proc_exit (local.get $wrong))))
