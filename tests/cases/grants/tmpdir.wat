;; {TMPDIR} is expanded when the executable starts.
;;! module: wasi/files.wat
;;! wasmc: --dir {TMPDIR}::/tmp
;;! env: TMPDIR=[DIR]/t
;;! file: t/in.txt temporary
;;! args: p 3 -  r 3 in.txt
;;! stdout:
;;| p 3 -: /tmp
;;| r 3 in.txt: temporary
