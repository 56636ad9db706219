;; A grant is for reading and writing unless it says otherwise.
;;! module: wasi/files.wat
;;! wasmc: --dir data::/data::rw
;;! file: data/in.txt in
;;! args: p 3 -  r 3 in.txt  w 3 out.txt  m 3 sub  w 3 sub/x
;;! after: data/out.txt written\n
;;! after: data/sub/x written\n
;;! stdout:
;;| p 3 -: /data
;;| r 3 in.txt: in
;;| w 3 out.txt: ok
;;| m 3 sub: ok
;;| w 3 sub/x: ok
