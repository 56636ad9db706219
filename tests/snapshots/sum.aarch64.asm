;; wasm[0] sum
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x15, x2
  movz w2, #0
  b label1
block1:
  cbz w3, label3 ; b label2
block2:
  movz x14, #1, LSL #32
  mov x0, x15
  add x14, x14, x0, UXTW
  ldr w14, [x14, #16]
  sub w3, w3, #1
  add w2, w2, w14
  add w0, w0, #4
  mov x15, x0
  b label1
block3:
  ldp fp, lr, [sp], #16
  ret
