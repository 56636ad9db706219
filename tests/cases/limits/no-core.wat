;; A trap ends the program as an exit does: no signal, no core file.
;;! limit: -c unlimited
;;! absent: core
;;! status: 134
(module
  (func $main (export "_start") (unreachable)))
