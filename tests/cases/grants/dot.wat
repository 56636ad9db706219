;; The working directory, under both of its names.
;;! module: wasi/files.wat
;;! wasmc: --dir .
;;! file: sub/in.txt in
;;! cwd: sub
;;! args: p 3 -  p 4 -  r 3 in.txt  r 4 in.txt  r 3 ../case.wat  r 4 ../case.wat
;;! stdout:
;;| p 3 -: .
;;| p 4 -: [DIR]/sub
;;| r 3 in.txt: in
;;| r 4 in.txt: in
;;| r 3 ../case.wat: errno 63
;;| r 4 ../case.wat: errno 63
