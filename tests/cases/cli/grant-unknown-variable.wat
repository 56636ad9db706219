;; Only three names can stand in braces.
;;! command: case.wat -o app --dir {SECRET}/x
(module (func (export "_start")))
