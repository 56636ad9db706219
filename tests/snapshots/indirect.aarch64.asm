;; wasm[2] dispatch
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  mov x8, x3
  subs xzr, x2, #2
  b.hs #trap=user10
  load_ext_name_near x9, User(userextname0)+0
  ldr w9, [x9, x2, LSL #2]
  subs xzr, x9, #1
  b.hi label2 ; b label1
block2:
  load_ext_name_near x13, User(userextname1)+0
  add x13, x13, x9
  mov x2, x8
  blr x13
  ldp fp, lr, [sp], #16
  ret
block1:
  cbz x9, #trap=user4
  udf #0xc11f
