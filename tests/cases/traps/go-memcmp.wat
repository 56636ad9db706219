;; A comparison that leaves the memory traps where the body does: native code leaves
;; the work to the body then. With guard regions the report knows the function.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
;;|    0: [..] - memcmp
;;|    1: 0x86 - main
(module
  (memory (export "memory") 1)
  (func $memcmp (param i32 i32 i32) (result i32) (local i32 i32)
    local.get 2 if (result i32) loop local.get 0 i32.load8_s local.tee 3 local.get 1 i32.load8_s
    local.tee 4 i32.eq if local.get 0 i32.const 1 i32.add local.set 0 local.get 1 i32.const 1
    i32.add local.set 1 i32.const 0 local.get 2 i32.const -1 i32.add local.tee 2 i32.eqz br_if 3
    drop br 1 end end local.get 3 i32.const 255 i32.and local.get 4 i32.const 255 i32.and
    i32.sub else i32.const 0 end return unreachable)
  (func $main (export "_start")
    (drop (call $memcmp (i32.const 65530) (i32.const 0) (i32.const 7)))))
