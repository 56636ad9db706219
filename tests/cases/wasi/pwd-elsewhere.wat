;; Where the guest cannot see the working directory, PWD is its first directory.
;;! module: wasi/strings.wat
;;! wasmc: --dir [DIR]/data::/data
;;! dir: data
;;! dir: elsewhere
;;! cwd: elsewhere
;;! stdout:
;;| [DIR]/app\x00
;;| PWD=/data\x00
;;\ no line end
