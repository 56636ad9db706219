;; No path leads out of an embedded directory, not even to the one beside it.
;;! module: wasi/files.wat
;;! wasmc: --embed tree::/data --embed other::/other
;;! file: tree/sub/file in
;;! file: other/secret no
;;! file: secret no
;;! args: r 3 ../secret  r 3 sub/../../secret  r 3 ..  r 3 ../other/secret  r 3 /secret  r 3 /other/secret
;;! args: r 3 /etc/passwd  s 3 ..  s 3 /  l 3 ..  t 3 ../x  r 3 sub/../sub/file  r 4 secret
;;! stdout:
;;| r 3 ../secret: errno 63
;;| r 3 sub/../../secret: errno 63
;;| r 3 ..: errno 63
;;| r 3 ../other/secret: errno 63
;;| r 3 /secret: errno 63
;;| r 3 /other/secret: errno 63
;;| r 3 /etc/passwd: errno 63
;;| s 3 ..: errno 63
;;| s 3 /: errno 63
;;| l 3 ..: errno 63
;;| t 3 ../x: errno 63
;;| r 3 sub/../sub/file: in
;;| r 4 secret: no
