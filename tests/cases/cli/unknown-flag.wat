;; A flag that there is none of.
;;! command: case.wat -o app --frobnicate
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: unexpected argument '--frobnicate' found; try 'wasmc --help'
(module (func (export "_start")))
