;; What is embedded is in the executable: the directory is gone when it runs.
;;! module: wasi/files.wat
;;! wasmc: --embed tree::/data
;;! file: tree/in.txt content\n
;;! file: tree/Upper \x00\xff
;;! file: tree/sub/deep/file deep
;;! file: tree/empty
;;! dir: tree/nothing
;;! symlink: tree/link in.txt
;;! symlink: tree/sub/up ..
;;! symlink: tree/round sub/up/sub/deep
;;! symlink: tree/broken none
;;! symlink: tree/loop loop
;;! remove: tree
;;! args: p 3 -  p 4 -  r 3 in.txt  r 3 Upper  r 3 sub/deep/file  r 3 empty  r 3 link  r 3 ./sub/../in.txt
;;! args: l 3 .  l 3 sub/  l 3 nothing  l 3 round  r 3 round/file  l 3 in.txt  r 3 sub  r 3 in.txt/
;;! args: r 3 sub/up/in.txt  r 3 none  r 3 none/x  r 3 in.txt/x  r 3 broken  r 3 loop
;;! args: s 3 in.txt  s 3 empty  s 3 sub  s 3 link  s 3 round/  s 3 broken  s 3 broken/
;;! args: t 3 link  t 3 broken  t 3 in.txt  t 3 sub/up  t 3 sub/up/
;;! stdout:
;;| p 3 -: /data
;;| p 4 -: errno 8
;;| r 3 in.txt: content
;;|
;;| r 3 Upper: \x00\xff
;;| r 3 sub/deep/file: deep
;;| r 3 empty: 
;;| r 3 link: content
;;|
;;| r 3 ./sub/../in.txt: content
;;|
;;| l 3 .: [.][..][Upper][broken][empty][in.txt][link][loop][nothing][round][sub]
;;| l 3 sub/: [.][..][deep][up]
;;| l 3 nothing: [.][..]
;;| l 3 round: [.][..][file]
;;| r 3 round/file: deep
;;| l 3 in.txt: errno 54
;;| r 3 sub: errno 31
;;| r 3 in.txt/: errno 54
;;| r 3 sub/up/in.txt: content
;;|
;;| r 3 none: errno 44
;;| r 3 none/x: errno 44
;;| r 3 in.txt/x: errno 54
;;| r 3 broken: errno 44
;;| r 3 loop: errno 32
;;| s 3 in.txt: 4 8
;;| s 3 empty: 4 0
;;| s 3 sub: 3
;;| s 3 link: 7 6
;;| s 3 round/: 3
;;| s 3 broken: 7 4
;;| s 3 broken/: errno 44
;;| t 3 link: in.txt
;;| t 3 broken: none
;;| t 3 in.txt: errno 28
;;| t 3 sub/up: ..
;;| t 3 sub/up/: errno 28
