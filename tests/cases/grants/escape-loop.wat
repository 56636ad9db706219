;; Links in a circle are an error, not a hang.
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
;;! args: r 3 a  w 3 a  l 3 a/b  s 3 a  t 3 a
;;! after: secret SECRET
;;! absent: new
;;! absent: secret.new
;;! absent: secret.link
;;! stdout:
;;| r 3 a: errno 32
;;| w 3 a: errno 32
;;| l 3 a/b: errno 32
;;| s 3 a: 7 1
;;| t 3 a: b
