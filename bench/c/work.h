// What the C benchmark programs share: how much there is to do, pseudo-random
// input that is the same everywhere, and a checksum to print.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// All rounds, or as many percent of them as the first argument says.
static int work_rounds(int argc, char **argv, int all) {
    if (argc < 2) return all;
    int rounds = (int)((int64_t)all * atoi(argv[1]) / 100);
    return rounds < 1 ? 1 : rounds;
}

static uint64_t work_random_state = 88172645463325252u;

static inline uint64_t work_random(void) {
    uint64_t x = work_random_state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return work_random_state = x;
}

static inline uint64_t work_mix(uint64_t sum, uint64_t value) {
    return (sum ^ value) * 1099511628211u;
}

static inline uint64_t work_bits(double value) {
    union { double d; uint64_t u; } both = {value};
    return both.u;
}

static int work_print(const char *name, uint64_t sum) {
    printf("%s %016llx\n", name, (unsigned long long)sum);
    return 0;
}
