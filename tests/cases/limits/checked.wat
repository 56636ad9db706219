;; With checks in code an executable reserves its memory's maximum only, so it
;; runs under the limit of limits/reservation.wat.
;;! limit: -v 4000000
;;! wasmc: --stack-size 1MiB
;;! skip: x86_64 because it is about --memory checked
;;! skip: aarch64 because the limit would hit qemu itself
;;! skip: register because it is about --memory checked
;;! skip: unoptimised because it is about --memory checked
(module
  (memory (export "memory") 1 16)
  (func (export "_start") (i32.store (i32.const 65532) (i32.const 1))))
