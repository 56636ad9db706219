;; The guest cannot make a link that leads out and then use it.
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
;;! args: y 3 ../secret  y 3 [DIR]/secret  r 3 ../secret.sym  t 3 in.txt.sym
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| y 3 ../secret: errno 63
;;| y 3 [DIR]/secret: errno 63
;;| r 3 ../secret.sym: errno 63
;;| t 3 in.txt.sym: errno 44
