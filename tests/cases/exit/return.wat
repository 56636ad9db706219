;; Returning from _start is success.
(module (func (export "_start")))
