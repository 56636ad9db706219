;; An active segment that does not fit traps when the executable starts; the one
;; before it was already written, but nobody can see that.
;;! status: 134
;;! stderr:
;;| wasm trap: out of bounds memory access
;;| wasm backtrace:
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "fits")
  (data (i32.const 65534) "does not")
  (func (export "_start")))
