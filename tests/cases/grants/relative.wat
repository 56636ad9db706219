;; A relative grant is a directory of where the executable is started, known to the
;; guest by that name and by its absolute path.
;;! module: wasi/files.wat
;;! wasmc: --dir data
;;! file: elsewhere/data/in.txt the right one
;;! file: data/in.txt the wrong one
;;! cwd: elsewhere
;;! args: p 3 -  p 4 -  p 5 -  r 3 in.txt  r 4 in.txt
;;! stdout:
;;| p 3 -: data
;;| p 4 -: [DIR]/elsewhere/data
;;| p 5 -: errno 8
;;| r 3 in.txt: the right one
;;| r 4 in.txt: the right one
