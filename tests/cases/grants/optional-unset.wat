;; --dir-optional also leaves out a directory whose variable is not set.
;;! module: wasi/files.wat
;;! wasmc: --dir-optional {HOME}/notes::/notes --dir-optional {TMPDIR}::/tmp --dir data::/data
;;! file: data/in.txt in
;;! args: p 3 -  p 4 -  r 3 in.txt
;;! stdout:
;;| p 3 -: /data
;;| p 4 -: errno 8
;;| r 3 in.txt: in
