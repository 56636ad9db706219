;; The help.
;;! command: --help
(module (func (export "_start")))
