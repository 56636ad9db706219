;; Names of hosts are not looked up.
;;! command: case.wat -o app --listen example.org:80
;;! wasmc-status: 2
;;! wasmc-stderr:
;;| wasmc: error: --listen example.org:80: HOST must be an IPv4 address, an IPv6 address in brackets, localhost or *: names are not looked up
(module (func (export "_start")))
