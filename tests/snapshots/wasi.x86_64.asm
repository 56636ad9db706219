;; wasm[1] print
  pushq %rbp
  movq %rsp, %rbp
block0:
  uninit  %rsi
  xorl %esi, %esi
  movl $0x1, %edx
  movl $0x8, %ecx
  call    User(userextname0)
  movq %rbp, %rsp
  popq %rbp
  retq
