;; One byte past a memory of 4 GiB.
;;! status: 134
(module
  (memory (export "memory") 1)
  (func $main (export "_start")
    (drop (memory.grow (i32.const 65535)))
    (drop (i32.load16_u (i32.const -1)))))
