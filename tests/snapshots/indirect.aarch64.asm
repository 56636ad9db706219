;; wasm[2] dispatch
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x15, x3
  mov w14, w2
  subs xzr, x14, #2
  b.hs #trap=user10
  movz x0, #65535, LSL #16
  ldr w0, [x0, w2, UXTW #2]
  load_ext_name_near x1, User(userextname0)+0
  mov w3, w0
  lsl x2, x3, #3
  add x3, x1, x3, LSL 3
  ldr w3, [x3, #4]
  cbz w3, label2 ; b label1
block2:
  ldr w0, [x1, x2]
  load_ext_name_near x1, User(userextname1)+0
  add x0, x1, x0
  mov x2, x15
  blr x0
  ldp fp, lr, [sp], #16
  ret
block1:
  cbz w0, #trap=user4
  udf #0xc11f
