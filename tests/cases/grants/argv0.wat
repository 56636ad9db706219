;; The program's own name can be another than what it was started as; messages of
;; the executable keep the real one.
;;! module: wasi/strings.wat
;;! wasmc: --argv0 'a tool' --no-inject-pwd --env A=1
;;! args: x
;;! stdout:
;;| a tool\x00x\x00
;;| A=1\x00
;;\ no line end
