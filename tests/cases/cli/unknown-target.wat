;; A target that there is none of.
;;! command: case.wat -o app --target sparc-solaris
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: unknown target sparc-solaris; wasmc knows x86_64-linux, aarch64-linux, and triples such as aarch64-unknown-linux-musl
(module (func (export "_start")))
