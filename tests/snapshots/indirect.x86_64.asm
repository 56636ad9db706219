;; wasm[2] dispatch
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rsi, %r10
  cmpq $0x2, %rdi
  jnb #trap=user10
  load_ext_name userextname0+0, %rax
  movq %rdi, %r11
  shlq $0x2, %r11
  movl (%rax, %rdi, 4), %eax
  testq %rax, %rax
  jnz     label2; j label1
block2:
  load_ext_name userextname1+0, %rcx
  leaq (%rcx, %rax), %rax
  movq %r10, %rdi
  call    *%rax
  movq %rbp, %rsp
  popq %rbp
  retq
block1:
  movl 0xfff0000(%r11), %eax
  testl %eax, %eax
  jz #trap=user4
  ud2
