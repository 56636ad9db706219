;; The output would overwrite the input.
;;! command: case.wat -o case.wat
(module (func (export "_start")))
