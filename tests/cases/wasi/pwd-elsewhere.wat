;; Where the guest cannot see the working directory, PWD is its first directory.
;;! module: wasi/strings.wat
;;! wasmc: --dir data::/data
;;! dir: data
;;! dir: elsewhere
;;! cwd: elsewhere
