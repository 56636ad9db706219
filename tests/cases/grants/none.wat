;; Without a grant no descriptor leads to a file.
;;! module: wasi/files.wat
;;! file: in.txt secret
;;! args: p 3 -  r 3 in.txt  r 0 in.txt  r 3 /etc/passwd  w 3 new  m 3 new
;;! absent: new
;;! stdout:
;;| p 3 -: errno 8
;;| r 3 in.txt: errno 8
;;| r 0 in.txt: errno 54
;;| r 3 /etc/passwd: errno 8
;;| w 3 new: errno 8
;;| m 3 new: errno 8
