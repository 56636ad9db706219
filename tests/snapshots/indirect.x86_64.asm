;; wasm[2] dispatch
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rsi, %r8
  cmpq $0x2, %rdi
  jnb #trap=user10
  load_ext_name userextname0+0, %r9
  movl (%r9, %rdi, 4), %r9d
  cmpq $0x1, %r9
  jnbe    label2; j label1
block2:
  load_ext_name userextname1+0, %rax
  leaq (%rax, %r9), %rax
  movq %r8, %rdi
  call    *%rax
  movq %rbp, %rsp
  popq %rbp
  retq
block1:
  testq %r9, %r9
  jz #trap=user4
  ud2
