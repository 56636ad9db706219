;; The input is some other file.
;;! file: program.elf \x7fELF\x02\x01\x01\x00
;;! command: program.elf -o app
(module (func (export "_start")))
