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
  movl 0x10000010(%rdi), %ecx
  leal -1(%rsi), %esi
  leal (%rax, %rcx), %eax
  leal 4(%rdi), %edi
  jmp     label1
block3:
  movq %rbp, %rsp
  popq %rbp
  retq
