;; Grants become descriptors from 3 on, in the order given.
;;! module: wasi/files.wat
;;! wasmc: --dir one::/1 --dir two::/2::ro
;;! file: one/in.txt 1
;;! file: two/in.txt 2
;;! args: p 3 -  p 4 -  p 5 -  r 3 in.txt  r 4 in.txt  w 3 new  w 4 new
;;! absent: two/new
;;! stdout:
;;| p 3 -: /1
;;| p 4 -: /2
;;| p 5 -: errno 8
;;| r 3 in.txt: 1
;;| r 4 in.txt: 2
;;| w 3 new: ok
;;| w 4 new: errno 69
