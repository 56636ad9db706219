;; The environment is then exactly what was given.
;;! module: wasi/strings.wat
;;! wasmc: --no-inject-pwd --env A=1 --dir .
;;! env: PWD=[DIR]
;;! stdout:
;;| [DIR]/app\x00
;;| A=1\x00
;;\ no line end
