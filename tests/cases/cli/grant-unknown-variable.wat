;; Only HOME, TMPDIR and EXE_DIR are replaced; other braces are part of the name.
;;! command: case.wat -o app --dir {SECRET}/x
;;! wasmc-stderr:
;;| grant: {SECRET}/x (relative to the directory the program is started in) -> read-write, seen as "{SECRET}/x" and by its absolute path
;;| wasmc: warning: the grant {SECRET}/x: of names in braces only {HOME}, {TMPDIR} and {EXE_DIR} are replaced
(module (func (export "_start")))
