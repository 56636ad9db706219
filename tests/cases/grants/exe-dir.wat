;; {EXE_DIR} is where the executable is, wherever it is started.
;;! module: wasi/files.wat
;;! wasmc: --dir {EXE_DIR}/share::/share
;;! file: share/in.txt shipped with it
;;! dir: elsewhere
;;! cwd: elsewhere
;;! args: p 3 -  r 3 in.txt
;;! stdout:
;;| p 3 -: /share
;;| r 3 in.txt: shipped with it
