;; A search that leaves the memory traps in the function that searches, as the
;; body that native code stands for does.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: 0x3a - memchr
;;|    1: 0x139 - main
(module
  (memory (export "memory") 1)
  (func $memchr (param i32 i32 i32) (result i32) (local i32 i32)
    local.get 1 local.set 4 block block local.get 2 i32.const 0 i32.ne local.tee 3 local.get 0
    i32.const 3 i32.and i32.const 0 i32.ne i32.and if loop local.get 0 i32.load8_u local.get 1
    i32.eq br_if 2 local.get 2 i32.const -1 i32.add local.tee 2 i32.const 0 i32.ne local.tee 3
    local.get 0 i32.const 1 i32.add local.tee 0 i32.const 3 i32.and i32.const 0 i32.ne i32.and
    br_if 0 end end local.get 3 br_if 0 i32.const 0 local.set 1 br 1 end local.get 0 i32.load8_u
    local.get 4 local.tee 3 i32.eq if local.get 2 local.set 1 else local.get 4
    i32.const 16843009 i32.mul local.set 4 block block local.get 2 i32.const 3 i32.gt_u if
    local.get 2 local.set 1 loop local.get 0 i32.load local.get 4 i32.xor local.tee 2
    i32.const -2139062144 i32.and i32.const -2139062144 i32.xor local.get 2 i32.const -16843009
    i32.add i32.and i32.eqz if local.get 0 i32.const 4 i32.add local.set 0 local.get 1
    i32.const -4 i32.add local.tee 1 i32.const 3 i32.gt_u br_if 1 br 3 end end else local.get 2
    local.set 1 br 1 end br 1 end local.get 1 i32.eqz if i32.const 0 local.set 1 br 3 end end
    loop local.get 0 i32.load8_u local.get 3 i32.eq br_if 2 local.get 0 i32.const 1 i32.add
    local.set 0 local.get 1 i32.const -1 i32.add local.tee 1 br_if 0 i32.const 0 local.set 1 end
    end end local.get 0 i32.const 0 local.get 1 select return unreachable)
  (func $main (export "_start")
    (drop (call $memchr (i32.const 65530) (i32.const 1) (i32.const 7)))))
