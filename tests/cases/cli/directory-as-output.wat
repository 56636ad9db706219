;; The output is a directory.
;;! dir: folder
;;! command: case.wat -o folder
(module (func (export "_start")))
