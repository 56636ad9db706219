;; wasm[0] sum
  pushq %rbp
  movq %rsp, %rbp
block0:
  uninit  %rax
  xorq %rax, %rax
  jmp     label1
block1:
  testl %esi, %esi
  jz      label3; j label2
block2:
  leal -1(%rsi), %esi
  addl 0x10000010(%rdi), %eax
  leaq 4(%rdi), %rdi
  jmp     label1
block3:
  movq %rbp, %rsp
  popq %rbp
  retq
