;; The input ends within a section.
;;! file: cut.wasm \x00asm\x01\x00\x00\x00\x01\x04\x01\x60
;;! command: cut.wasm -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: cut.wasm: unexpected end-of-file (at byte 0xa); the file may be cut off or damaged: build or copy it again
(module (func (export "_start")))
