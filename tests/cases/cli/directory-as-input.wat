;; The input is a directory.
;;! dir: folder
;;! command: folder -o app
(module (func (export "_start")))
