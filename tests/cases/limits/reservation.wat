;; With guard regions an executable reserves addresses beyond what it uses. Where
;; a limit forbids that, it names the limit and the way out.
;;! limit: -v 4000000
;;! skip: aarch64 because the limit would hit qemu itself
;;! skip: checked because it needs no reservation; see limits/checked.wat
;;! status: 1
;;! stderr:
;;| [DIR]/app: cannot reserve 4097 MiB for the program's memory: `ulimit -v` is 4000000 KiB; raise it, or compile with --memory checked
(module
  (memory (export "memory") 1 16)
  (func (export "_start")))
