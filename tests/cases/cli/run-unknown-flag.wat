;; A flag that is not one of run's is no input.
;;! command: run --dirs . case.wat
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: unexpected argument '--dirs' found; tip: a similar argument exists: '--dir'; try 'wasmc run --help'
(module)
