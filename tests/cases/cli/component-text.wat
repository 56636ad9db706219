;; A component in the text format.
;;! command: case.wat -o app
(component)
