;; Trees come after granted directories, in the order of the flags; the same
;; directory can be there twice.
;;! module: wasi/files.wat
;;! wasmc: --embed a::/a --dir host::/host --embed a::again/ --embed b::/b::ro
;;! file: a/file from a
;;! file: b/file from b
;;! file: host/file from the host
;;! remove: a
;;! remove: b
;;! args: p 3 -  p 4 -  p 5 -  p 6 -  p 7 -  r 3 file  r 4 file  r 5 file  r 6 file  w 3 new  w 4 new
;;! wasmc-stderr:
;;| grant: host (relative to the directory the program is started in) -> read-write, seen as "/host"
;;| grant: a (1 file, 6 bytes, in the executable) -> read-only, seen as "/a"
;;| grant: a (1 file, 6 bytes, in the executable) -> read-only, seen as "again/"
;;| grant: b (1 file, 6 bytes, in the executable) -> read-only, seen as "/b"
;;! stdout:
;;| p 3 -: /host
;;| p 4 -: /a
;;| p 5 -: again
;;| p 6 -: /b
;;| p 7 -: errno 8
;;| r 3 file: from the host
;;| r 4 file: from a
;;| r 5 file: from a
;;| r 6 file: from b
;;| w 3 new: ok
;;| w 4 new: errno 69
