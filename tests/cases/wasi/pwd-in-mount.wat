;; PWD is the working directory as the guest sees it.
;;! module: wasi/strings.wat
;;! wasmc: --dir data::/data
;;! dir: data/sub
;;! cwd: data/sub
