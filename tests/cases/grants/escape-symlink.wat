;; Symbolic links that lead out of the grant are not followed; those inside are.
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
;;! args: r 3 inside  r 3 out  r 3 absolute  r 3 via/secret  w 3 dangling  s 3 via/secret  m 3 via/new  x 3 via/secret  h 3 via/secret  t 3 out
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| r 3 inside: in
;;| r 3 out: errno 63
;;| r 3 absolute: errno 63
;;| r 3 via/secret: errno 63
;;| w 3 dangling: errno 63
;;| s 3 via/secret: errno 63
;;| m 3 via/new: errno 63
;;| x 3 via/secret: errno 63
;;| h 3 via/secret: errno 63
;;| t 3 out: ../secret
