;; {HOME} is expanded when the executable starts.
;;! module: wasi/files.wat
;;! wasmc: --dir {HOME}/notes::/notes
;;! env: HOME=[DIR]/ada
;;! file: ada/notes/in.txt hers
;;! args: p 3 -  r 3 in.txt
;;! stdout:
;;| p 3 -: /notes
;;| r 3 in.txt: hers
