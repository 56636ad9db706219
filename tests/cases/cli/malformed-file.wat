;; A section whose content is not what it says.
;;! file: bad.wasm \x00asm\x01\x00\x00\x00\x01\x04\x01\x61\x00\x00
;;! command: bad.wasm -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: bad.wasm: invalid leading byte (0x61) for type (at byte 0xb)
(module (func (export "_start")))
