;; wasm[2] dispatch
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rsi, %r8
  movl %edi, %r11d
  cmpq $0x2, %r11
  jnb #trap=user10
  shlq $0x2, %r11
  movl 0xfff0000(%r11), %eax
  load_ext_name userextname0+0, %rcx
  movl %eax, %edx
  movl 4(%rcx, %rdx, 8), %esi
  testl %esi, %esi
  jz      label2; j label1
block2:
  movl (%rcx, %rdx, 8), %eax
  load_ext_name userextname1+0, %rcx
  leaq (%rcx, %rax), %rax
  movq %r8, %rdi
  call    *%rax
  movq %rbp, %rsp
  popq %rbp
  retq
block1:
  testl %eax, %eax
  jz #trap=user4
  ud2
