;; A PWD that --env gives goes before the inherited one and the injected one.
;;! module: wasi/strings.wat
;;! wasmc: --inherit-env --env PWD=/mine
;;! env: A=1
;;! env: PWD=/elsewhere
;;! stdout:
;;| [DIR]/app\x00
;;| A=1\x00PWD=/mine\x00
;;\ no line end
