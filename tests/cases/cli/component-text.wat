;; A component in the text format.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: this is a component, and wasmc takes core modules; build for wasip1 (WASI preview1) instead of wasip2
(component)
