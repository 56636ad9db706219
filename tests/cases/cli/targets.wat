;; What is embedded.
;;! command: targets
;;! wasmc-stdout:
;;| x86_64-linux    embedded[..]
;;| aarch64-linux   embedded[..]
(module (func (export "_start")))
