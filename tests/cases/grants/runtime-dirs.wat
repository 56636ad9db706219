;; With --runtime-dirs the executable takes grants from its first arguments, up to a
;; mandatory `--`.
;;! module: wasi/files.wat
;;! wasmc: --runtime-dirs
;;! file: data/in.txt in
;;! args: --dir data::/data::ro --dir . -- p 3 -  p 4 -  p 5 -  r 3 in.txt  w 3 in.txt
;;! after: data/in.txt in
;;! stdout:
;;| p 3 -: /data
;;| p 4 -: .
;;| p 5 -: [DIR]
;;| r 3 in.txt: in
;;| w 3 in.txt: errno 69
