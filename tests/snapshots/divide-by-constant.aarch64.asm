;; wasm[0] divide
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  lsr x8, x2, #1
  movz x9, #42392
  movk x9, x9, #14004, LSL #16
  movk x9, x9, #24385, LSL #32
  movk x9, x9, #35184, LSL #48
  umulh x8, x8, x9
  lsr x2, x8, #28
  ldp fp, lr, [sp], #16
  ret
