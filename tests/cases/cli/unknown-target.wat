;; A target that there is none of.
;;! command: case.wat -o app --target sparc-solaris
(module (func (export "_start")))
