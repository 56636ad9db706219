;; A link that leads out by way of another one is refused too.
;;! module: exit/0.wat
;;! wasmc: --embed tree::/data
;;! dir: tree/sub
;;! symlink: tree/sub/up ..
;;! symlink: tree/link sub/up/../secret
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: --embed tree::/data: tree/link is a symbolic link to sub/up/../secret, which leads out of the embedded directory; put a copy in its place
