;; Without --runtime-dirs nothing is taken from the arguments.
;;! module: wasi/files.wat
;;! file: in.txt in
;;! args: --dir . --  p 3 -
