;; wasm[0] bump
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rdi, %rcx
  subl %esi, %ecx
  movq %rcx, %rax
  movq %rbp, %rsp
  popq %rbp
  retq
