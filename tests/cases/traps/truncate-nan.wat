;; A number that is none has no integer value.
;;! status: 134
(module
  (global $nan (mut f64) (f64.const nan))
  (func $inner (drop (i32.trunc_f64_s (global.get $nan))))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
