;; `..` may go down and up again, but never above the grant.
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
;;! args: r 3 sub/../in.txt  r 3 ../secret  r 3 sub/../../secret  r 3 ..  l 3 ..  r 3 sub/../../data/in.txt  w 3 ../new  m 3 ../new  s 3 ../secret  u 3 ../secret  d 3 ../outside
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| r 3 sub/../in.txt: in
;;| r 3 ../secret: errno 63
;;| r 3 sub/../../secret: errno 63
;;| r 3 ..: errno 63
;;| l 3 ..: errno 63
;;| r 3 sub/../../data/in.txt: errno 63
;;| w 3 ../new: errno 63
;;| m 3 ../new: errno 63
;;| s 3 ../secret: errno 63
;;| u 3 ../secret: errno 63
;;| d 3 ../outside: errno 63
