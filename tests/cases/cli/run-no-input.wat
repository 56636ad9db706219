;;! command: run --dir .
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: the following required arguments were not provided: <INPUT> [ARGUMENTS]...; try 'wasmc --help'
(module)
