;; A name given twice has its last value; PWD too may be given.
;;! module: wasi/strings.wat
;;! wasmc: --env A=1 --env B=2 --env A=3 --env PWD=/mine
;;! stdout:
;;| [DIR]/app\x00
;;| A=3\x00B=2\x00PWD=/mine\x00
;;\ no line end
