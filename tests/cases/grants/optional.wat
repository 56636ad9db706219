;; --dir-optional leaves out a directory that is not there, and grants one that is.
;;! module: wasi/files.wat
;;! wasmc: --dir-optional nothere::/data --dir-optional data::/data
;;! file: data/in.txt in
;;! args: p 3 -  p 4 -  r 3 in.txt
;;! stdout:
;;| p 3 -: /data
;;| p 4 -: errno 8
;;| r 3 in.txt: in
