;; The same by another name.
;;! symlink: link.wat case.wat
;;! command: case.wat -o link.wat
(module (func (export "_start")))
