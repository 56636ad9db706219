;; An absolute grant has one name, wherever the executable is started.
;;! module: wasi/files.wat
;;! wasmc: --dir [DIR]/data
;;! file: data/in.txt in
;;! dir: elsewhere
;;! cwd: elsewhere
;;! args: p 3 -  p 4 -  r 3 in.txt
;;! stdout:
;;| p 3 -: [DIR]/data
;;| p 4 -: errno 8
;;| r 3 in.txt: in
