;; wasm[0] sum
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x0, x2
  movz x2, #0
  mov x4, x2
  b label1
block1:
  cbz w3, label3 ; b label2
block2:
  movz x1, #1, LSL #32
  add x1, x0, x1
  ldr w1, [x1, #16]
  sub w2, w3, #1
  mov w3, w2
  mov x2, x4
  add w1, w2, w1
  mov w2, w1
  add w0, w0, #4
  mov w0, w0
  mov x4, x2
  b label1
block3:
  mov x2, x4
  ldp fp, lr, [sp], #16
  ret
