;; One leading `--` is taken away, so that the program can be given any argument.
;;! module: wasi/files.wat
;;! wasmc: --runtime-dirs
;;! args: -- p 3 --
;;! stdout:
;;| p 3 --: errno 8
