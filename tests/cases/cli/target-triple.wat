;; Full triples are accepted too.
;;! command: case.wat -o app --target x86_64-unknown-linux-musl
(module (func (export "_start")))
