;; An active element segment that does not fit.
;;! status: 134
;;! stderr:
;;| wasm trap: undefined element: out of bounds table access
;;| wasm backtrace:
(module
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (func $f)
  (func (export "_start")))
