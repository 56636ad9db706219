;; wasm[1] print
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  movz w3, #0
  movz w4, #1
  movz w5, #8
  bl 0
  ldp fp, lr, [sp], #16
  ret
