;;! command: run --dir .
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: the following required arguments were not provided: <INPUT>; try 'wasmc run --help'
(module)
