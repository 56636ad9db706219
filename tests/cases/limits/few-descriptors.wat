;; Grants need descriptors; where there are none left the error says so.
;;! limit: -n 4
;;! module: wasi/files.wat
;;! wasmc: --dir .::/a --dir .::/b --dir .::/c
;;! args: p 3 -  p 4 -  p 5 -
;;! skip: aarch64 because the limit would hit qemu itself
;;! status: 1
;;! stderr:
;;| [DIR]/app: grant .: too many open files
