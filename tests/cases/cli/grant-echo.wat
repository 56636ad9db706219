;; wasmc says what each grant will mean.
;;! command: case.wat -o app --dir . --dir /srv/data::/data::ro --dir-optional {HOME}/notes --env A=b --env HOME --runtime-dirs
(module (func (export "_start")))
