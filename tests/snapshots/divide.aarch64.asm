;; wasm[0] divide
  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  cbz w3, #trap=int_divz
  adds wzr, w3, #1
  ccmp w2, #1, #nzcv, eq
  b.vs #trap=int_ovf
  sdiv w8, w2, w3
  mov w2, w8
  ldp fp, lr, [sp], #16
  ret
