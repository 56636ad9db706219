;; Functions without names are told by their index, in a module with no name
;; section: `(;...;)` gives none.
;;! status: 134
(module
  (func unreachable)
  (func call 0)
  (func (export "_start") call 1))
