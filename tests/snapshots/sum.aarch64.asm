;; wasm[0] sum
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x15, x2
  movz x2, #0
  b label1
block1:
  cbz w3, label3 ; b label2
block2:
  movz x1, #1, LSL #32
  mov x0, x15
  add x1, x0, x1
  ldr w1, [x1, #16]
  sub w3, w3, #1
  mov w3, w3
  add w1, w2, w1
  mov w2, w1
  add x0, x0, #4
  mov x15, x0
  b label1
block3:
  ldp fp, lr, [sp], #16
  ret
