;; wasm[0] bump
  pushq %rbp
  movq %rsp, %rbp
block0:
  movl $0xfff0000, %esi
  movl (%rsi), %eax
  subl %edi, %eax
  movl %eax, (%rsi)
  movq %rbp, %rsp
  popq %rbp
  retq
