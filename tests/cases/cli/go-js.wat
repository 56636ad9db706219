;; Output of GOOS=js needs a browser or Node.
;;! command: case.wat -o app
;;! wasmc-status: 1
;;! wasmc-stderr:
;;| wasmc: error: case.wat: imports gojs.runtime.wasmExit, so it was built for GOOS=js (at byte 0x1e); rebuild with GOOS=wasip1 GOARCH=wasm
(module
  (import "gojs" "runtime.wasmExit" (func (param i32)))
  (memory (export "mem") 1)
  (func (export "run") (param i32 i32))
  (func (export "resume"))
  (func (export "getsp") (result i32) (i32.const 0)))
