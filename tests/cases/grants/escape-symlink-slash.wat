;; A trailing slash does not make a link be followed out of the grant.
;;! module: wasi/files.wat
;;! wasmc: --dir data::/data
;;! file: secret SECRET
;;! dir: outside
;;! file: data/in.txt in
;;! dir: data/sub
;;! symlink: data/inside sub/../in.txt
;;! symlink: data/out ../secret
;;! symlink: data/absolute [DIR]/secret
;;! symlink: data/via ..
;;! symlink: data/dangling ../new
;;! symlink: data/a b
;;! symlink: data/b a
;;! args: r 3 via/  l 3 via/  l 3 via  m 3 dangling/  d 3 via/  u 3 via/  w 3 via/  x 3 via/  s 3 via/
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| r 3 via/: errno 63
;;| l 3 via/: errno 63
;;| l 3 via: errno 63
;;| m 3 dangling/: errno 20
;;| d 3 via/: errno 54
;;| u 3 via/: errno 54
;;| w 3 via/: errno 31
;;| x 3 via/: errno 63
;;| s 3 via/: errno 63
