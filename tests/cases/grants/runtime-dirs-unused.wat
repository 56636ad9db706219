;; Where the first argument is no such flag, all arguments are the program's.
;;! module: wasi/files.wat
;;! wasmc: --runtime-dirs
;;! args: p 3 --dir  p 3 --
;;! stdout:
;;| p 3 --dir: errno 8
;;| p 3 --: errno 8
