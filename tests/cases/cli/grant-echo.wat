;; wasmc says what each grant will mean.
;;! command: case.wat -o app --dir . --dir /srv/data::/data::ro --dir-optional {HOME}/notes --listen localhost:80 --listen :443 --inherit-env --env A=b --env HOME --runtime-dirs
;;! wasmc-stderr:
;;| grant: . (relative to the directory the program is started in) -> read-write, seen as "." and by its absolute path
;;| grant: /srv/data -> read-only, seen as "/data"
;;| grant: {HOME}/notes ({HOME} as it is when the program starts; may be missing) -> read-write, seen as the same path
;;| grant: listen on TCP localhost:80 when the program starts
;;| grant: listen on TCP :443 (every address of the machine) when the program starts
;;| grant: every variable of the environment, but PWD, as it is when the program starts
;;| grant: variable A = b
;;| grant: variable HOME, as it is when the program starts
;;| grant: whatever directories, variables and listeners the executable is given as its first arguments, up to --
(module (func (export "_start")))
