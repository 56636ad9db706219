;; wasm[0] bump
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  sub w4, w2, w3
  mov w3, w4
  mov x2, x3
  ldp fp, lr, [sp], #16
  ret
