;; An absolute link could not be followed in the executable, wherever it points.
;;! module: exit/0.wat
;;! wasmc: --embed tree::/data
;;! file: tree/file in
;;! symlink: tree/link [DIR]/tree/file
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed tree::/data: tree/link is a symbolic link to [DIR]/tree/file, which is absolute and means nothing in the executable; make it relative
