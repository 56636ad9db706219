;; A link that leads out of the directory could not be followed in the executable.
;;! module: exit/0.wat
;;! wasmc: --embed tree::/data
;;! file: secret no
;;! symlink: tree/sub/link ../../secret
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed tree::/data: tree/sub/link is a symbolic link to ../../secret, which leads out of the embedded directory; put a copy in its place
