;; How to write a case. This file is one, so all of this is tested.
;;
;; A case is a WebAssembly module in the text format with directives in its
;; comments. The runner (tests/tests/cases.rs) makes an empty directory, copies
;; this file there as case.wat, and does there what a user would:
;;
;;     wasmc case.wat -o app --target TARGET FLAGS
;;     ./app ARGUMENTS
;;
;; once for each variant: x86_64, aarch64 (by qemu where it is not native), and
;; on the machine's own architecture `register` (--base register), `checked`
;; (--memory checked), `unoptimised` (-O0) and, for cases in grants/ and wasi/,
;; `walk` (run without openat2). All variants must do the same.
;;
;; A directive is `;;! KEY: VALUE` at the start of a line. Those that say what
;; is done come first. Flags for wasmc and arguments for the executable are
;; split as a shell splits words, and may come in several lines:
;;
;;! wasmc: --env GREETING --env 'FIXED=a value'
;;! wasmc: --dir data::/data
;;! args: one "two words"
;;
;; The executable's environment holds only what is given here. In it, and in
;; flags and arguments, [DIR] stands for the directory; so it does in output.
;;
;;! env: GREETING=from [DIR]
;;
;; Standard input is empty but for what is given here, with the escapes
;; \n \t \\ \xNN:
;;
;;! stdin: tea\n
;;
;; What is in the directory besides the case: files with their content, empty
;; directories and symbolic links.
;;
;;! file: data/in.txt \x00 and\n
;;! dir: elsewhere/sub
;;! symlink: data/link in.txt
;;
;; `remove: PATH` takes a file or a directory away once wasmc has run, before the
;; executable does:
;;
;;! remove: elsewhere/sub
;;! absent: elsewhere/sub
;;
;; `cwd: PATH` runs the executable in a folder of the directory:
;;
;;! cwd: elsewhere/..
;;
;; `limit: FLAGS` gives the executable limits by the shell's `ulimit FLAGS`:
;;
;;! limit: -n 64
;;
;; `module: FILE` compiles another case's module, named from the folder of cases,
;; so that several cases can share a tool such as wasi/files.wat.
;;
;; `skip: VARIANT because REASON` leaves out a variant; the runner prints the
;; reason and counts it. (This one stays here as a comment, so that all run.)
;;
;; `command: WORDS` is a whole command line for wasmc in place of the one above,
;; and nothing is run after it. See the cases in cli/.
;;
;; The rest says what is expected. `status: N` or `status: signal N` is how the
;; executable ends, 0 where it is not given. Its output is compared with the
;; lines below `stdout:` and `stderr:`, and with nothing where these are not
;; given. `[..]` in a line matches any text, `;;\` after the last line says that
;; the output ends without a line end, and bytes that cannot be printed are
;; escaped as above.
;;
;;! status: 7
;;! stdout:
;;| [DIR]/ap[..]
;;| one
;;| two words
;;| GREETING=from [DIR]
;;| FIXED=a value
;;| PWD=/data
;;| tea
;;| \x00 and
;;| bye
;;\ no line end, as the guest prints "bye" without one
;;
;; `wasmc-status:`, `wasmc-stdout:` and `wasmc-stderr:` say the same of wasmc.
;; Where it fails, nothing is run and nothing may be left behind. Where it works
;; and the case says nothing of its output, it may say what it likes.
;;
;; `after: PATH CONTENT` and `absent: PATH` look into the directory at the end:
;;
;;! after: data/out.txt tea\n
;;! absent: out.txt
;;
;; `make bless` writes the status and the output of wasmc and of the executable
;; into the case, in place; expectations that hold stay as they are. So a new
;; case needs no expectations: write it, bless it, and read what that wrote.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "\n")
  (data (i32.const 272) "in.txt")
  (data (i32.const 288) "out.txt")
  (data (i32.const 304) "bye")

  ;; 0: an iovec, 8: a result, 16 and 20: sizes, 1024: pointers, 4096: bytes.
  (func $must (param $errno i32)
    (if (local.get $errno) (then (unreachable))))
  (func $write (param $fd i32) (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length))
    (call $must (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $read (param $fd i32) (result i32)
    (i32.store (i32.const 0) (i32.const 4096))
    (i32.store (i32.const 4) (i32.const 1024))
    (call $must (call $fd_read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.load (i32.const 8)))
  (func $length (param $string i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $string))
    (block $found
      (loop $next
        (br_if $found (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $string)))
  ;; Prints the strings that the pointers at 1024 lead to, one a line.
  (func $print_strings (param $count i32)
    (local $at i32)
    (local.set $at (i32.const 1024))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $write (i32.const 1) (i32.load (local.get $at)) (call $length (i32.load (local.get $at))))
        (call $write (i32.const 1) (i32.const 256) (i32.const 1))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))
  (func $open (param $name i32) (param $length i32) (param $oflags i32) (param $rights i64) (result i32)
    (call $must (call $path_open
      (i32.const 3) (i32.const 0) (local.get $name) (local.get $length) (local.get $oflags)
      (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 8)))
    (i32.load (i32.const 8)))

  (func (export "_start")
    (local $tea i32)
    (call $must (call $args_sizes_get (i32.const 16) (i32.const 20)))
    (call $must (call $args_get (i32.const 1024) (i32.const 4096)))
    (call $print_strings (i32.load (i32.const 16)))
    (call $must (call $environ_sizes_get (i32.const 16) (i32.const 20)))
    (call $must (call $environ_get (i32.const 1024) (i32.const 4096)))
    (call $print_strings (i32.load (i32.const 16)))
    ;; Standard input goes to standard output and to out.txt, made anew.
    (local.set $tea (call $read (i32.const 0)))
    (call $write (i32.const 1) (i32.const 4096) (local.get $tea))
    (call $write
      (call $open (i32.const 288) (i32.const 7) (i32.const 9) (i64.const 64))
      (i32.const 4096) (local.get $tea))
    (call $write (i32.const 1) (i32.const 4096)
      (call $read (call $open (i32.const 272) (i32.const 6) (i32.const 0) (i64.const 2))))
    (call $write (i32.const 1) (i32.const 304) (i32.const 3))
    (call $proc_exit (i32.const 7))))
