;; The output's folder is not there.
;;! command: case.wat -o nothere/app
(module (func (export "_start")))
