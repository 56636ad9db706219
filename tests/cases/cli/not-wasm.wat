;; The input is some other file.
;;! file: program.elf \x7fELF\x02\x01\x01\x00
;;! command: program.elf -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: program.elf: this is no WebAssembly module; binary modules start with \\0asm, text modules with (
(module (func (export "_start")))
