;; The version and the hash of the embedded runtimes.
;;! command: --version
;;! wasmc-stdout:
;;| wasmc 0.1.0 (runtimes [..])
(module (func (export "_start")))
