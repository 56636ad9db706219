;; wasm[1] print
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rdi, %rsi
  movl $0xfff0000, %edi
  uninit  %rdx
  xorl %edx, %edx
  movl $0x1, %ecx
  movl $0x8, %r8d
  call    User(userextname0)
  movl %eax, %eax
  movq %rbp, %rsp
  popq %rbp
  retq
