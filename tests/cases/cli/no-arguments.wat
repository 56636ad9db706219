;; No arguments at all: what there is to do.
;;! command:
(module (func (export "_start")))
