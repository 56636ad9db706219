;; A guest name may be `ro`, if a mode follows it.
;;! module: wasi/files.wat
;;! wasmc: --dir data::ro::rw
;;! file: data/in.txt in
;;! args: p 3 -  p 4 -  w 3 in.txt
;;! after: data/in.txt written\n
;;! stdout:
;;| p 3 -: ro
;;| p 4 -: errno 8
;;| w 3 in.txt: ok
