;; An absolute path is no way out.
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
;;! args: r 3 /etc/passwd  r 3 [DIR]/secret  w 3 [DIR]/new  m 3 /new  s 3 /
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| r 3 /etc/passwd: errno 63
;;| r 3 [DIR]/secret: errno 63
;;| w 3 [DIR]/new: errno 63
;;| m 3 /new: errno 63
;;| s 3 /: errno 63
