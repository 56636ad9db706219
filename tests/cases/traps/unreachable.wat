;; The instruction itself, and a backtrace by the names of the name section.
;;! status: 134
(module
  (func $inner (unreachable))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
