;; The output's folder is not there.
;;! command: case.wat -o nothere/app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: nothere/app: cannot write: no such file or directory
(module (func (export "_start")))
