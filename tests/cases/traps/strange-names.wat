;; Names come from the module: control characters must not reach the terminal.
;;! status: 134
(module
  (@custom "name" "\01\0e\01\00\0ba\1b[31mred\0ab")
  (func unreachable)
  (func (export "_start") call 0))
