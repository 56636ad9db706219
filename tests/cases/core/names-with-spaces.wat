;; Names that no assembler would take, and two functions of one name.
;;! status: 134
(module
  (func $"a b\"c" (unreachable))
  (func $"main.(*T).run" (call $"a b\"c"))
  (func (export "_start") (call $"main.(*T).run")))
