;; Nothing given is nothing: no variable at all.
;;! module: wasi/strings.wat
;;! wasmc: --no-inject-pwd
;;! env: A=1
;;! stdout:
;;| [DIR]/app\x00
