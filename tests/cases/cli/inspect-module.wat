;; Inspect takes what wasmc made, not what it makes it from.
;;! file: app.wasm \x00asm\x01\x00\x00\x00
;;! command: inspect app.wasm
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: app.wasm: this is a WebAssembly module; inspect takes an executable that wasmc made of one
(module)
