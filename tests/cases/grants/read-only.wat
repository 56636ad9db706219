;; A read-only grant refuses everything that changes a file or a name, before it
;; reaches the system.
;;! module: wasi/files.wat
;;! wasmc: --dir data::/data::ro
;;! file: data/in.txt in
;;! dir: data/empty
;;! symlink: data/link in.txt
;;! args: r 3 in.txt  t 3 link  s 3 in.txt  l 3 empty
;;! args: w 3 out.txt  w 3 in.txt  a 3 in.txt  o 3 in.txt  m 3 new  d 3 empty  u 3 in.txt
;;! args: x 3 in.txt  h 3 in.txt  y 3 in.txt
;;! after: data/in.txt in
;;! absent: data/out.txt
;;! absent: data/new
;;! absent: data/in.txt.new
;;! absent: data/in.txt.link
;;! absent: data/in.txt.sym
;;! stdout:
;;| r 3 in.txt: in
;;| t 3 link: in.txt
;;| s 3 in.txt: 4 2
;;| l 3 empty: [.][..]
;;| w 3 out.txt: errno 69
;;| w 3 in.txt: errno 69
;;| a 3 in.txt: errno 69
;;| o 3 in.txt: errno 69
;;| m 3 new: errno 69
;;| d 3 empty: errno 69
;;| u 3 in.txt: errno 69
;;| x 3 in.txt: errno 69
;;| h 3 in.txt: errno 69
;;| y 3 in.txt: errno 69
