// args_*, environ_*, clock_*, random_get, sched_yield, proc_raise(0): what
// comes from the process. Run with the arguments and the environment below.
#include "check.h"

static const char *const expected_args[] = {"", "two words", "line\nend", "\xff\xfe", "last"};
static const char *const expected_environ[] = {"EMPTY=", "LINES=a\nb", "EQUALS=a=b=c", "BYTES=\xff"};

static uint32_t count, bytes;

// Pointers that lead to consecutive strings in `text`, which fill it as told.
static void strings(uint32_t *pointers, const char *const *expected, uint32_t skipped, uint32_t len) {
    IS(count, len + skipped);
    uint32_t at = (uint32_t)(uintptr_t)text;
    for (uint32_t i = 0; i < count; i++) {
        IS(pointers[i], at);
        if (i >= skipped) CHECK(strcmp((char *)(uintptr_t)at, expected[i - skipped]) == 0);
        at += strlen((char *)(uintptr_t)at) + 1;
    }
    IS(at - (uint32_t)(uintptr_t)text, bytes);
}

static void arguments(void) {
    static uint32_t pointers[16];
    OK(wasi_args_sizes_get(&count, &bytes));
    memset(text, 0x5a, sizeof text);
    OK(wasi_args_get(pointers, text));
    strings(pointers, expected_args, 1, 5);
    CHECK(text[bytes] == 0x5a && pointers[count] == 0);
    CHECK(strlen(text) > 0);
    IS(wasi_args_sizes_get((void *)0xfffffffe, &bytes), EFAULT_);
    IS(wasi_args_get(pointers, (void *)0xfffffff0), EFAULT_);
    IS(wasi_args_get((void *)0xfffffffe, text), EFAULT_);
}

static void environment(void) {
    static uint32_t pointers[16];
    OK(wasi_environ_sizes_get(&count, &bytes));
    memset(text, 0x5a, sizeof text);
    OK(wasi_environ_get(pointers, text));
    strings(pointers, expected_environ, 0, 4);
    CHECK(text[bytes] == 0x5a && pointers[count] == 0);
    IS(wasi_environ_sizes_get(&count, (void *)0xfffffffe), EFAULT_);
    IS(wasi_environ_get(pointers, (void *)0xfffffff0), EFAULT_);
}

static void clocks(void) {
    enum { REALTIME, MONOTONIC, PROCESS, THREAD };
    uint64_t time = 0, again = 0, resolution = 0;
    for (uint32_t clock = REALTIME; clock <= THREAD; clock++) {
        OK(wasi_clock_res_get(clock, &resolution));
        CHECK(resolution > 0 && resolution <= 1000000000);
        // Whatever precision would do.
        OK(wasi_clock_time_get(clock, 0, &time));
        OK(wasi_clock_time_get(clock, UINT64_MAX, &again));
        CHECK(again >= time);
    }
    OK(wasi_clock_time_get(REALTIME, 1, &time));
    CHECK(time > 1700000000000000000ull);
    OK(wasi_clock_time_get(PROCESS, 1, &time));
    volatile uint32_t work = 0;
    for (uint32_t i = 0; i < 3000000; i++) work += i;
    OK(wasi_clock_time_get(PROCESS, 1, &again));
    CHECK(again > time);
    static const uint32_t unknown[] = {4, 100, 0x80000000, 0xffffffff};
    for (int i = 0; i < 4; i++) {
        IS(wasi_clock_res_get(unknown[i], &resolution), EINVAL_);
        IS(wasi_clock_time_get(unknown[i], 1, &time), EINVAL_);
    }
    IS(wasi_clock_time_get(MONOTONIC, 1, (void *)0xfffffffa), EFAULT_);
    IS(wasi_clock_res_get(MONOTONIC, (void *)0xfffffffa), EFAULT_);
    // Results need no alignment.
    OK(wasi_clock_time_get(REALTIME, 1, text + 3));
    CHECK(u64_at(text, 3) > 1700000000000000000ull);
}

static void randomness(void) {
    static char first[100000], second[100000];
    OK(wasi_random_get(first, 0));
    CHECK(first[0] == 0 && first[99999] == 0);
    OK(wasi_random_get(first, sizeof first));
    OK(wasi_random_get(second, 16));
    CHECK(memcmp(first, second, 16) != 0);
    CHECK(second[16] == 0 && second[17] == 0);
    int zeros = 0;
    for (unsigned i = 0; i < sizeof first; i++) zeros += first[i] == 0;
    CHECK(zeros > 100 && zeros < 1000);
}

int main(void) {
    arguments();
    environment();
    clocks();
    randomness();
    OK(wasi_sched_yield());
    OK(wasi_proc_raise(0));
    IS(wasi_proc_raise(31), EINVAL_);
    IS(wasi_proc_raise(0xffffffff), EINVAL_);
    return report();
}
