;; The module's directory stands for the executable's.
;;! module: wasi/files.wat
;;! file: data/in.txt beside the module
;;! command: run --dir {EXE_DIR}/data::/data case.wat r 3 in.txt
;;! wasmc-stdout:
;;| r 3 in.txt: beside the module
