;; wasm[2] dispatch
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x10, x3
  subs xzr, x2, #2
  b.hs #trap=user10
  load_ext_name_near x11, User(userextname0)+0
  ldr w11, [x11, x2, LSL #2]
  cbnz x11, label2 ; b label1
block2:
  load_ext_name_near x14, User(userextname1)+0
  add x14, x14, x11
  mov x2, x10
  blr x14
  ldp fp, lr, [sp], #16
  ret
block1:
  movz x12, #65535, LSL #16
  ldr w12, [x12, x2, LSL #2]
  cbz w12, #trap=user4
  udf #0xc11f
