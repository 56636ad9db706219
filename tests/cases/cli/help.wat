;; The help.
;;! command: --help
;;! wasmc-stdout:
;;| Compiles WebAssembly programs to standalone native executables.
;;|
;;| The input is a WASI preview1 module, as Go (GOOS=wasip1), Rust (wasm32-wasip1), C (wasi-sdk) and
;;| others make it, or WebAssembly text. The output is one static executable that needs nothing else:
;;| no WebAssembly runtime, no C library. Making it needs no other tool either.
;;|
;;| The executable can reach only what it is granted: without --dir it opens no file, without --env it
;;| sees no environment variable but PWD, its working directory.
;;|
;;| Usage: wasmc [OPTIONS] <INPUT>
;;|        wasmc run [OPTIONS] <INPUT> [ARGUMENTS]
;;|        wasmc inspect [--json] <EXECUTABLE>
;;|        wasmc targets
;;|
;;| Arguments:
;;|   <INPUT>
;;|           The module, in the binary or the text format
;;|
;;| Options:
;;|   -o, --output <FILE>
;;|           Where to write the result; - is the standard output [default: the input's name without
;;|           .wasm, in this directory]
;;|
;;|   -t, --target <TARGET>
;;|           What to compile for: x86_64-linux or aarch64-linux, or a triple [default: this machine]
;;|
;;|   -h, --help
;;|           Print help (see a summary with '-h')
;;|
;;|   -V, --version
;;|           Print version
;;|
;;| Code:
;;|       --cpu <CPU>
;;|           The least CPU that the executable runs on
;;|
;;|           Possible values:
;;|           - baseline:  x86-64-v2 (SSE4.2, POPCNT) or armv8.0-a
;;|           - x86-64-v3: x86-64-v3 (AVX2, BMI, FMA)
;;|           
;;|           [default: baseline]
;;|
;;|   -O, --opt-level <LEVEL>
;;|           How much to optimise: 2 makes the fastest code, 1 takes half the time to compile, 0 leaves
;;|           all optimisations out
;;|           
;;|           [default: 2]
;;|           [possible values: 0, 1, 2]
;;|
;;|       --no-opt <NAME>
;;|           Leave one optimisation out; only the speed changes. Can be given several times
;;|           
;;|           [possible values: jump-threading, dispatch-copies, host-forwarding, stack-pointer,
;;|           unwind-jumps, zero-extension, constant-results, constant-tables, huge-pages, single-pages,
;;|           inlining, store-forwarding, start-copies, inline-bulk, multiply-high, cpu-versions,
;;|           short-code, intrinsics, dead-functions]
;;|
;;|       --memory <MEMORY>
;;|           How accesses outside the memory are caught
;;|
;;|           Possible values:
;;|           - guard:   By the hardware: reserves 4 GiB and more of address space
;;|           - checked: By code: reserves nothing, the memory grows in place
;;|           
;;|           [default: guard]
;;|
;;|       --base <BASE>
;;|           Where the memory is
;;|
;;|           Possible values:
;;|           - fixed:    At an address that the code contains
;;|           - register: Anywhere: the address is kept in a register
;;|           
;;|           [default: fixed]
;;|
;;|       --stack-size <SIZE>
;;|           Stack of the program: bytes, or a number with K, M or G
;;|           
;;|           [default: 256MiB]
;;|
;;|   -j, --jobs <N>
;;|           Threads to compile with [default: one for each CPU]
;;|
;;| Cache:
;;|       --cache <DIR>
;;|           Keep the machine code of each function in this directory, and take from there what is
;;|           compiled again
;;|
;;|       --no-cache
;;|           Use no cache. With run there is one in XDG_CACHE_HOME/wasmc, by default ~/.cache/wasmc
;;|
;;|       --cache-limit <SIZE>
;;|           What the cache may take: bytes, or a number with K, M or G
;;|           
;;|           [default: 1GiB]
;;|
;;| Grants:
;;|       --dir <HOST[::GUEST][::ro|::rw]>
;;|           Grant a directory. HOST is looked up when the executable starts: relative paths from the
;;|           directory it is started in, {HOME}, {TMPDIR} and {EXE_DIR} replaced. GUEST is the
;;|           program's name for it. Can be given several times
;;|
;;|       --dir-optional <HOST[::GUEST][::ro|::rw]>
;;|           The same, but the directory may be missing when the executable starts
;;|
;;|       --env <KEY[=VALUE]>
;;|           Set an environment variable, or (without a value) pass on the one that the executable
;;|           gets. Can be given several times
;;|
;;|       --inherit-env
;;|           Pass on every environment variable that the executable gets; --env goes before. PWD is
;;|           still set to the program's own working directory
;;|
;;|       --argv0 <NAME>
;;|           What the program sees as its own name [default: as the executable is called]
;;|
;;|       --listen <HOST:PORT>
;;|           Listen on a TCP address when the executable starts; the program gets the listening socket
;;|           after its directories. HOST is an IPv4 address, an IPv6 address in brackets, localhost, or
;;|           * for every address; names are not looked up. Can be given several times
;;|
;;|       --embed <HOST_DIR::GUEST>
;;|           Pack a directory into the executable; the program sees it as GUEST, read-only. Can be
;;|           given several times
;;|
;;|       --kernel-sandbox <KERNEL_SANDBOX>
;;|           Whether the kernel enforces the grants too, with Landlock and seccomp
;;|
;;|           Possible values:
;;|           - auto:    As far as the kernel can
;;|           - require: In full, or the executable does not start
;;|           - off:     No
;;|           
;;|           [default: auto]
;;|
;;|       --no-inject-pwd
;;|           Do not tell the program its working directory in PWD
;;|
;;|       --guest <GUEST>
;;|           Whether the module comes from Go, whose path handling needs help
;;|
;;|           Possible values:
;;|           - auto:  Look at the module
;;|           - go:    It does
;;|           - other: It does not
;;|           
;;|           [default: auto]
;;|
;;|       --runtime-dirs
;;|           Let the executable take grants itself: ./app --dir HOST -- ARGUMENTS
;;|
;;| Output:
;;|       --emit <EMIT>
;;|           What to write: the executable, the relocatable object, Cranelift's IR or assembly
;;|           
;;|           [default: exe]
;;|           [possible values: exe, obj, clif, asm]
;;|
;;|       --function <NAME>
;;|           With --emit clif or asm: only this function, by name or as wasm[INDEX]
;;|
;;|       --linker <cc|PATH>
;;|           Link with another linker: cc (the C compiler for the target), or a program
;;|
;;|       --strip
;;|           Leave the symbol table out
;;|
;;|       --compress-data
;;|           Compress the program's initial data: a smaller executable that takes longer to start, by
;;|           half a millisecond or so for each megabyte of data
;;|
;;|       --timings
;;|           Print how long each stage took, and what was in the cache
;;|
;;|   -q, --quiet
;;|           Do not tell what the grants mean
;;|
;;| Commands, each with a --help of its own:
;;|   wasmc run       compiles a program and runs it at once
;;|   wasmc inspect   tells what an executable may reach
;;|   wasmc targets   lists what can be compiled for
;;|
;;| Examples:
;;|   Compile for this machine; the executable is ./app:
;;|       wasmc app.wasm
;;|
;;|   A Go tool for ARM servers that may use the directory it is started in:
;;|       GOOS=wasip1 GOARCH=wasm go build -o tool.wasm .
;;|       wasmc tool.wasm -o tool --target aarch64-linux --dir .
;;|
;;|   Read-only data beside the executable, a scratch directory, and two variables:
;;|       wasmc app.wasm --dir '{EXE_DIR}/data::/data::ro' --dir /tmp --env HOME --env LANG=C
;;|
;;|   Let whoever runs the executable grant directories:
;;|       wasmc app.wasm --runtime-dirs
;;|       ./app --dir . -- arguments of the program
;;|
;;| Exit status: 0 done, 1 the module or a file is at fault, 2 the command line is.
(module (func (export "_start")))
