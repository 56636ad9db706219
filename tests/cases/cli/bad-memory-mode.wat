;; A mode that there is none of.
;;! command: case.wat -o app --memory fast
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: invalid value 'fast' for '--memory <MEMORY>' [possible values: guard, checked]; try 'wasmc --help'
(module (func (export "_start")))
