;; wasm[0] divide
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rdi, %rax
  shrq $1, %rax
  mulq (%rip) ;; implicit: %rax, %rdx
  movq %rdx, %rax
  shrq $0x1c, %rax
  movq %rbp, %rsp
  popq %rbp
  retq
