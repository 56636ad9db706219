;; Names that a shell or another tool would have replaced.
;;! command: case.wat -o app --quiet --dir ~/x --dir $HOME/y --dir {EXEDIR}/z --dir /a:/b --dir .::rO
;;! wasmc-stderr:
;;| wasmc: warning: the grant ~/x: ~ is taken as it is; {HOME} is what is replaced
;;| wasmc: warning: the grant $HOME/y: $ is taken as it is; what is replaced is {HOME}, {TMPDIR} and {EXE_DIR}
;;| wasmc: warning: the grant {EXEDIR}/z: of names in braces only {HOME}, {TMPDIR} and {EXE_DIR} are replaced
;;| wasmc: warning: the grant /a:/b: a single : is part of the name; host and guest are separated by ::
;;| wasmc: warning: the grant .: it names the guest's directory so; a mode is ro or rw
(module (func (export "_start")))
