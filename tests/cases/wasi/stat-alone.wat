;; A program that only asks for a file's status, through links: what that needs of
;; the kernel is allowed though nothing else that needs it is imported.
;;! wasmc: --dir data::/data
;;! file: data/in.txt content
;;! symlink: data/link in.txt
;;! symlink: data/sub .
(module
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $stat (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "link")
  (data (i32.const 16) "sub/link")
  (func $must (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
  ;; Followed, each is the file of 7 bytes.
  (func $is_file (param $path i32) (param $len i32)
    (call $must (i32.eqz
      (call $stat (i32.const 3) (i32.const 1) (local.get $path) (local.get $len) (i32.const 64))))
    (call $must (i32.eq (i32.load8_u (i32.const 80)) (i32.const 4)))
    (call $must (i64.eq (i64.load (i32.const 96)) (i64.const 7))))
  (func (export "_start")
    (call $is_file (i32.const 0) (i32.const 4))
    (call $is_file (i32.const 16) (i32.const 8))))
