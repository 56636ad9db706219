;; A read-only grant inside of a writable one protects nothing.
;;! command: case.wat -o app --quiet --dir data --dir data/sub::ro --dir data::/again --dir /etc::ro
;;! wasmc-stderr:
;;| wasmc: warning: the grants data/sub (read-only) and data (read-write) overlap: what is in both can be written through the second
;;| wasmc: warning: the grants data/sub (read-only) and data (read-write) overlap: what is in both can be written through the second
(module (func (export "_start")))
