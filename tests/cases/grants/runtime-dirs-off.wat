;; Without --runtime-dirs nothing is taken from the arguments.
;;! module: wasi/files.wat
;;! file: in.txt in
;;! args: --dir . --  p 3 -
;;! stdout:
;;| - 0 --: errno 52
;;| p 3 -: errno 8
