;; An active element segment that does not fit.
;;! status: 134
(module
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (func $f)
  (func (export "_start")))
