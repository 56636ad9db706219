;; A function that its first table can resume at 140 entries, of which neighbours
;; lead to the same place, as in Go's functions: each entry, and indexes beyond
;; the table, must run the groups from its own to the last. The status is the
;; number of wrong answers.
;;! status: 0
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)

  ;; The group of each entry.
  (data (i32.const 0)
    "\00\01\01\01\02\03\04\04\04\04\04\04\04\04\04\04\04\04\04\04"
    "\04\04\04\04\04\04\05\05\05\05\05\05\05\06\07\07\07\07\07\07"
    "\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07"
    "\07\07\07\08\08\09\0a\0b\0b\0b\0b\0b\0c\0c\0c\0c\0c\0c\0c\0c"
    "\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c"
    "\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0c\0d\0e\0f\10\10\10\10\10"
    "\10\10\10\10\11\11\11\11\11\11\11\11\11\11\11\12\12\12\13\13")

  (func $resumable (param $pc i32) (result i32)
    (local $seen i32)
    (loop $top
      (block $20 (block $19 (block $18 (block $17 (block $16 (block $15 (block $14 (block $13 (block $12 (block $11 (block $10 (block $9 (block $8 (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
        (br_table
          $0 $1 $1 $1 $2 $3 $4 $4 $4 $4 $4 $4 $4 $4 $4 $4
          $4 $4 $4 $4 $4 $4 $4 $4 $4 $4 $5 $5 $5 $5 $5 $5
          $5 $6 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7
          $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $7 $8
          $8 $9 $10 $11 $11 $11 $11 $11 $12 $12 $12 $12 $12 $12 $12 $12
          $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12
          $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12 $12
          $13 $14 $15 $16 $16 $16 $16 $16 $16 $16 $16 $16 $17 $17 $17 $17
          $17 $17 $17 $17 $17 $17 $17 $18 $18 $18 $19 $19
          $20 (local.get $pc)))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 1))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 2))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 3))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 4))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 5))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 6))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 7))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 8))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 9))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 10))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 11))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 12))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 13))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 14))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 15))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 16))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 17))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 18))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 19))))
        (local.set $seen (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.const 20))))
      ;; Once, the last group jumps back into the midst of the table.
      (if (i32.lt_u (local.get $pc) (i32.const 100))
        (then (local.set $pc (i32.const 100)) (br $top))))
    (local.get $seen))

  ;; What it must return, by the number of the group.
  (func $groups_from (param $group i32) (param $seen i32) (result i32)
    (loop $next
      (if (i32.lt_u (local.get $group) (i32.const 20))
        (then
          (local.set $seen
            (i32.add (i32.mul (local.get $seen) (i32.const 3)) (i32.add (local.get $group) (i32.const 1))))
          (local.set $group (i32.add (local.get $group) (i32.const 1)))
          (br $next))))
    (local.get $seen))

  (func $expected (param $pc i32) (result i32)
    (local $seen i32)
    (if (i32.ge_u (local.get $pc) (i32.const 140))
      (then (return (i32.const 0))))
    (local.set $seen (call $groups_from (i32.load8_u (local.get $pc)) (i32.const 0)))
    (if (i32.lt_u (local.get $pc) (i32.const 100))
      (then (local.set $seen (call $groups_from (i32.load8_u (i32.const 100)) (local.get $seen)))))
    (local.get $seen))

  (func $is_wrong (param $pc i32) (result i32)
    (i32.ne (call $resumable (local.get $pc)) (call $expected (local.get $pc))))

  (func (export "_start")
    (local $pc i32)
    (local $wrong i32)
    (loop $next
      (local.set $wrong (i32.add (local.get $wrong) (call $is_wrong (local.get $pc))))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $pc) (i32.const 300))))
    (local.set $wrong (i32.add (local.get $wrong) (call $is_wrong (i32.const -1))))
    (local.set $wrong (i32.add (local.get $wrong) (call $is_wrong (i32.const 0x80000000))))
    (call $proc_exit (local.get $wrong))))
