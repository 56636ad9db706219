;; wasm[0] divide
  pushq %rbp
  movq %rsp, %rbp
block0:
  movq %rdi, %rax
  cltd  ;; implicit: %edx, %eax
  testl %esi, %esi
  jz #trap=int_divz
  idivl %esi ;; implicit: %eax, %edx, trap=252
  movl %eax, %eax
  movq %rbp, %rsp
  popq %rbp
  retq
