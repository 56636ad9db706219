;; A size that is none.
;;! command: case.wat -o app --stack-size much
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --stack-size much: expected a number of bytes, or one with K, M or G, such as 256MiB; not "much"
(module (func (export "_start")))
