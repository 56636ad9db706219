;; Nothing embedded can be changed, and nothing can be made there.
;;! module: wasi/files.wat
;;! wasmc: --embed tree::/data
;;! file: tree/file old
;;! dir: tree/sub
;;! symlink: tree/link file
;;! args: w 3 file  w 3 new  a 3 file  o 3 file  o 3 new  m 3 new  m 3 sub  d 3 sub  u 3 file  u 3 link
;;! args: x 3 file  h 3 file  y 3 file  w 3 sub  w 3 ../x  w 3 /x  r 3 file
;;! after: tree/file old
;;! absent: tree/new
;;! stdout:
;;| w 3 file: errno 69
;;| w 3 new: errno 69
;;| a 3 file: errno 69
;;| o 3 file: errno 69
;;| o 3 new: errno 69
;;| m 3 new: errno 69
;;| m 3 sub: errno 69
;;| d 3 sub: errno 69
;;| u 3 file: errno 69
;;| u 3 link: errno 69
;;| x 3 file: errno 69
;;| h 3 file: errno 69
;;| y 3 file: errno 69
;;| w 3 sub: errno 69
;;| w 3 ../x: errno 69
;;| w 3 /x: errno 63
;;| r 3 file: old
