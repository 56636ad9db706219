;; A last field `ro` is the mode even where no guest name is given.
;;! module: wasi/files.wat
;;! wasmc: --dir data::ro
;;! file: data/in.txt in
;;! args: p 3 -  r 3 in.txt  w 3 in.txt
;;! after: data/in.txt in
;;! stdout:
;;| p 3 -: data
;;| r 3 in.txt: in
;;| w 3 in.txt: errno 69
