;; Every variable of the environment passes. What --env says goes before it, and
;; PWD is the program's own.
;;! module: wasi/strings.wat
;;! wasmc: --inherit-env --env B=mine --env NEW=1 --env UNSET
;;! env: A=1
;;! env: B=2
;;! env: C=
;;! env: PWD=/elsewhere
;;! skip: aarch64 because qemu passes the variables in another order
;;! stdout:
;;| [DIR]/app\x00
;;| A=1\x00B=mine\x00C=\x00NEW=1\x00PWD=/\x00
;;\ no line end
