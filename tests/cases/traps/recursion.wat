;; Recursion without end reaches the guard of the guest's stack.
;;! wasmc: --stack-size 1MiB
;;! status: 134
(module
  (func $inner (call $inner))
  (func $outer (call $inner))
  (func $main (export "_start") (call $outer)))
