;; Compiled and run at once, with grants and arguments. Nothing is left behind.
;;! module: wasi/files.wat
;;! file: data/in.txt from the grant
;;! command: run --dir data::/data case.wat p 3 - r 3 in.txt w 3 out.txt r 3 --dir
;;! wasmc-stdout:
;;| p 3 -: /data
;;| r 3 in.txt: from the grant
;;| w 3 out.txt: ok
;;| r 3 --dir: errno 44
;;! after: data/out.txt written\n
