;; With --no-inject-pwd the inherited PWD passes as it is.
;;! module: wasi/strings.wat
;;! wasmc: --inherit-env --no-inject-pwd
;;! env: PWD=/elsewhere
;;! stdout:
;;| [DIR]/app\x00
;;| PWD=/elsewhere\x00
;;\ no line end
