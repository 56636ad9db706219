;; PWD is the working directory as the guest sees it.
;;! module: wasi/strings.wat
;;! wasmc: --dir [DIR]/data::/data
;;! dir: data/sub
;;! cwd: data/sub
;;! stdout:
;;| [DIR]/app\x00
;;| PWD=/data/sub\x00
;;\ no line end
