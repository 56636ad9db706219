;; No arguments at all: what there is to do.
;;! command:
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: the following required arguments were not provided: <INPUT>; try 'wasmc --help'
(module (func (export "_start")))
