;; A tool for other cases (`module: wasi/files.wat`): its arguments are threes of
;; an operation, a descriptor and a path, done one after another. It prints what
;; each gave: `ok`, a file's content or the errno.
;;
;;   p  name of a preopen        r  read a file          w  create and write a file
;;   a  append to a file         m  make a directory     d  remove a directory
;;   u  unlink a file            s  type and size        t  read a symbolic link
;;   l  list a directory         o  truncate with no right but to read
;;   x  rename to PATH.new       h  link to PATH.link    y  symbolic link PATH.sym to PATH
;;
;;! file: data/in.txt content\n
;;! dir: data/sub/empty
;;! symlink: data/link in.txt
;;! wasmc: --dir data::/data
;;! args: p 3 -  p 4 -  r 3 in.txt  r 3 link  r 3 sub/../in.txt  r 3 none  r 3 sub
;;! args: w 3 out.txt  a 3 out.txt  r 3 out.txt  s 3 out.txt  s 3 sub  s 3 link  t 3 link
;;! args: m 3 new  m 3 new  l 3 new  d 3 new  d 3 sub  u 3 in.txt  u 3 in.txt  u 3 sub
;;! args: x 3 out.txt  h 3 out.txt.new  y 3 out.txt.new  r 3 out.txt.new.sym  o 3 out.txt.new.link
;;! args: s 3 out.txt.new  r 9 x
;;! absent: data/in.txt
;;! after: data/out.txt.new
;;! stdout:
;;| p 3 -: /data
;;| p 4 -: errno 8
;;| r 3 in.txt: content
;;|
;;| r 3 link: content
;;|
;;| r 3 sub/../in.txt: content
;;|
;;| r 3 none: errno 44
;;| r 3 sub: errno 31
;;| w 3 out.txt: ok
;;| a 3 out.txt: ok
;;| r 3 out.txt: written
;;| written
;;|
;;| s 3 out.txt: 4 16
;;| s 3 sub: 3
;;| s 3 link: 7 6
;;| t 3 link: in.txt
;;| m 3 new: ok
;;| m 3 new: errno 20
;;| l 3 new: [.][..]
;;| d 3 new: ok
;;| d 3 sub: errno 55
;;| u 3 in.txt: ok
;;| u 3 in.txt: errno 44
;;| u 3 sub: errno 31
;;| x 3 out.txt: ok
;;| h 3 out.txt.new: ok
;;| y 3 out.txt.new: ok
;;| r 3 out.txt.new.sym: written
;;| written
;;|
;;| o 3 out.txt.new.link: ok
;;| s 3 out.txt.new: 4 0
;;| r 9 x: errno 8
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name"
    (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory"
    (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory"
    (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_readlink"
    (func $path_readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename"
    (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link"
    (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))

  ;; 0: an iovec, 8: a result, 16 and 20: sizes, 32: a filestat, 128: a number's
  ;; digits, 1024: pointers to arguments, 4096: their bytes, 32768: a buffer.
  (memory (export "memory") 1)
  (data (i32.const 256) "ok errno written\n")
  (data (i32.const 280) ".new.link.sym")

  ;; Printing.
  (func $print (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $print_char (param $char i32)
    (i32.store8 (i32.const 128) (local.get $char))
    (call $print (i32.const 128) (i32.const 1)))
  (func $print_number (param $number i32)
    (local $at i32)
    (local.set $at (i32.const 160))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (br_if $digit (local.tee $number (i32.div_u (local.get $number) (i32.const 10)))))
    (call $print (local.get $at) (i32.sub (i32.const 160) (local.get $at))))
  ;; What an operation without output gave.
  (func $print_errno (param $errno i32)
    (if (local.get $errno)
      (then
        (call $print (i32.const 259) (i32.const 6))
        (call $print_number (local.get $errno)))
      (else (call $print (i32.const 256) (i32.const 2)))))

  ;; Strings.
  (func $length (param $string i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $string))
    (block $found
      (loop $next
        (br_if $found (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $string)))
  (func $number (param $string i32) (result i32)
    (local $number i32) (local $char i32)
    (block $done
      (loop $digit
        (local.set $char (i32.sub (i32.load8_u (local.get $string)) (i32.const 48)))
        (br_if $done (i32.gt_u (local.get $char) (i32.const 9)))
        (local.set $number (i32.add (i32.mul (local.get $number) (i32.const 10)) (local.get $char)))
        (local.set $string (i32.add (local.get $string) (i32.const 1)))
        (br $digit)))
    (local.get $number))
  (func $argument (param $index i32) (result i32)
    (i32.load offset=1024 (i32.mul (local.get $index) (i32.const 4))))
  ;; Copies the path to the buffer with `suffix` after it; its new length.
  (func $with_suffix (param $path i32) (param $length i32) (param $suffix i32) (param $suffix_length i32)
    (result i32)
    (memory.copy (i32.const 32768) (local.get $path) (local.get $length))
    (memory.copy (i32.add (i32.const 32768) (local.get $length)) (local.get $suffix) (local.get $suffix_length))
    (i32.add (local.get $length) (local.get $suffix_length)))

  ;; Operations.
  (func $open
    (param $fd i32) (param $path i32) (param $length i32) (param $oflags i32) (param $rights i64)
    (param $fdflags i32) (result i32)
    (call $path_open (local.get $fd) (i32.const 1) (local.get $path) (local.get $length) (local.get $oflags)
      (local.get $rights) (i64.const 0) (local.get $fdflags) (i32.const 8)))
  (func $read (param $fd i32) (param $path i32) (param $length i32)
    (local $errno i32) (local $file i32)
    (local.set $errno (call $open (local.get $fd) (local.get $path) (local.get $length)
      (i32.const 0) (i64.const 2) (i32.const 0)))
    (if (local.get $errno) (then (call $print_errno (local.get $errno)) (return)))
    (local.set $file (i32.load (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 32768))
    (i32.store (i32.const 4) (i32.const 32000))
    (local.set $errno (call $fd_read (local.get $file) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (local.get $errno)
      (then (call $print_errno (local.get $errno)))
      (else (call $print (i32.const 32768) (i32.load (i32.const 8)))))
    (drop (call $fd_close (local.get $file))))
  (func $write (param $fd i32) (param $path i32) (param $length i32) (param $oflags i32) (param $fdflags i32)
    (result i32)
    (local $errno i32) (local $file i32)
    (local.set $errno (call $open (local.get $fd) (local.get $path) (local.get $length)
      (local.get $oflags) (i64.const 64) (local.get $fdflags)))
    (if (local.get $errno) (then (return (local.get $errno))))
    (local.set $file (i32.load (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 265))
    (i32.store (i32.const 4) (i32.const 8))
    (local.set $errno (call $fd_write (local.get $file) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $fd_close (local.get $file)))
    (local.get $errno))
  (func $list (param $fd i32) (param $path i32) (param $length i32)
    (local $errno i32) (local $entry i32) (local $end i32)
    (local.set $errno (call $open (local.get $fd) (local.get $path) (local.get $length)
      (i32.const 2) (i64.const 0x4000) (i32.const 0)))
    (if (local.get $errno) (then (call $print_errno (local.get $errno)) (return)))
    (local.set $fd (i32.load (i32.const 8)))
    (local.set $errno
      (call $fd_readdir (local.get $fd) (i32.const 32768) (i32.const 32000) (i64.const 0) (i32.const 8)))
    (drop (call $fd_close (local.get $fd)))
    (if (local.get $errno) (then (call $print_errno (local.get $errno)) (return)))
    (local.set $entry (i32.const 32768))
    (local.set $end (i32.add (i32.const 32768) (i32.load (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $entry) (local.get $end)))
        (call $print_char (i32.const 91))
        (call $print (i32.add (local.get $entry) (i32.const 24)) (i32.load offset=16 (local.get $entry)))
        (call $print_char (i32.const 93))
        (local.set $entry
          (i32.add (i32.add (local.get $entry) (i32.const 24)) (i32.load offset=16 (local.get $entry))))
        (br $next))))
  (func $stat (param $fd i32) (param $path i32) (param $length i32)
    (local $errno i32)
    (local.set $errno
      (call $path_filestat_get (local.get $fd) (i32.const 0) (local.get $path) (local.get $length) (i32.const 32)))
    (if (local.get $errno) (then (call $print_errno (local.get $errno)) (return)))
    (call $print_number (i32.load8_u (i32.const 48)))
    ;; The size of a directory is the filesystem's business.
    (if (i32.eq (i32.load8_u (i32.const 48)) (i32.const 3)) (then (return)))
    (call $print_char (i32.const 32))
    (call $print_number (i32.load (i32.const 64))))
  (func $preopen (param $fd i32)
    (local $errno i32)
    (local.set $errno (call $fd_prestat_get (local.get $fd) (i32.const 32)))
    (if (i32.eqz (local.get $errno))
      (then
        (local.set $errno
          (call $fd_prestat_dir_name (local.get $fd) (i32.const 32768) (i32.load (i32.const 36))))))
    (if (local.get $errno)
      (then (call $print_errno (local.get $errno)))
      (else (call $print (i32.const 32768) (i32.load (i32.const 36))))))
  (func $read_link (param $fd i32) (param $path i32) (param $length i32)
    (local $errno i32)
    (local.set $errno (call $path_readlink (local.get $fd) (local.get $path) (local.get $length)
      (i32.const 32768) (i32.const 1000) (i32.const 8)))
    (if (local.get $errno)
      (then (call $print_errno (local.get $errno)))
      (else (call $print (i32.const 32768) (i32.load (i32.const 8))))))

  (func $do (param $operation i32) (param $fd i32) (param $path i32)
    (local $length i32)
    (local.set $length (call $length (local.get $path)))
    (if (i32.eq (local.get $operation) (i32.const 0x70)) (then ;; p
      (call $preopen (local.get $fd)) (return)))
    (if (i32.eq (local.get $operation) (i32.const 0x72)) (then ;; r
      (call $read (local.get $fd) (local.get $path) (local.get $length)) (return)))
    (if (i32.eq (local.get $operation) (i32.const 0x6c)) (then ;; l
      (call $list (local.get $fd) (local.get $path) (local.get $length)) (return)))
    (if (i32.eq (local.get $operation) (i32.const 0x73)) (then ;; s
      (call $stat (local.get $fd) (local.get $path) (local.get $length)) (return)))
    (if (i32.eq (local.get $operation) (i32.const 0x74)) (then ;; t
      (call $read_link (local.get $fd) (local.get $path) (local.get $length)) (return)))
    (call $print_errno (call $change (local.get $operation) (local.get $fd) (local.get $path) (local.get $length))))
  (func $change (param $operation i32) (param $fd i32) (param $path i32) (param $length i32) (result i32)
    (if (i32.eq (local.get $operation) (i32.const 0x77)) (then ;; w: CREAT and TRUNC
      (return (call $write (local.get $fd) (local.get $path) (local.get $length) (i32.const 9) (i32.const 0)))))
    (if (i32.eq (local.get $operation) (i32.const 0x61)) (then ;; a: APPEND
      (return (call $write (local.get $fd) (local.get $path) (local.get $length) (i32.const 0) (i32.const 1)))))
    (if (i32.eq (local.get $operation) (i32.const 0x6f)) (then ;; o: TRUNC, right to read
      (return (call $open (local.get $fd) (local.get $path) (local.get $length)
        (i32.const 8) (i64.const 2) (i32.const 0)))))
    (if (i32.eq (local.get $operation) (i32.const 0x6d)) (then ;; m
      (return (call $path_create_directory (local.get $fd) (local.get $path) (local.get $length)))))
    (if (i32.eq (local.get $operation) (i32.const 0x64)) (then ;; d
      (return (call $path_remove_directory (local.get $fd) (local.get $path) (local.get $length)))))
    (if (i32.eq (local.get $operation) (i32.const 0x75)) (then ;; u
      (return (call $path_unlink_file (local.get $fd) (local.get $path) (local.get $length)))))
    (if (i32.eq (local.get $operation) (i32.const 0x78)) (then ;; x
      (return (call $path_rename (local.get $fd) (local.get $path) (local.get $length) (local.get $fd)
        (i32.const 32768)
        (call $with_suffix (local.get $path) (local.get $length) (i32.const 280) (i32.const 4))))))
    (if (i32.eq (local.get $operation) (i32.const 0x68)) (then ;; h
      (return (call $path_link (local.get $fd) (i32.const 0) (local.get $path) (local.get $length) (local.get $fd)
        (i32.const 32768)
        (call $with_suffix (local.get $path) (local.get $length) (i32.const 284) (i32.const 5))))))
    (if (i32.eq (local.get $operation) (i32.const 0x79)) (then ;; y
      (return (call $path_symlink (local.get $path) (local.get $length) (local.get $fd)
        (i32.const 32768)
        (call $with_suffix (local.get $path) (local.get $length) (i32.const 289) (i32.const 4))))))
    ;; No such operation: ENOSYS.
    (i32.const 52))

  (func (export "_start")
    (local $index i32)
    (drop (call $args_sizes_get (i32.const 16) (i32.const 20)))
    (drop (call $args_get (i32.const 1024) (i32.const 4096)))
    (local.set $index (i32.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (i32.add (local.get $index) (i32.const 2)) (i32.load (i32.const 16))))
        (call $print (call $argument (local.get $index)) (i32.const 1))
        (call $print_char (i32.const 32))
        (call $print_number (call $number (call $argument (i32.add (local.get $index) (i32.const 1)))))
        (call $print_char (i32.const 32))
        (call $print (call $argument (i32.add (local.get $index) (i32.const 2)))
          (call $length (call $argument (i32.add (local.get $index) (i32.const 2)))))
        (call $print_char (i32.const 58))
        (call $print_char (i32.const 32))
        (call $do
          (i32.load8_u (call $argument (local.get $index)))
          (call $number (call $argument (i32.add (local.get $index) (i32.const 1))))
          (call $argument (i32.add (local.get $index) (i32.const 2))))
        (call $print_char (i32.const 10))
        (local.set $index (i32.add (local.get $index) (i32.const 3)))
        (br $next)))))
