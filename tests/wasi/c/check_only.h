// Checks that go on after a failure.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned checks, failures;

static inline bool check_(bool holds, const char *what, int line) {
    checks++;
    if (!holds) {
        failures++;
        printf("line %d: %s does not hold\n", line, what);
    }
    return holds;
}

static inline bool is_(uint64_t actual, uint64_t expected, const char *what, int line) {
    checks++;
    if (actual == expected) return true;
    failures++;
    printf("line %d: %s is %llu, not %llu\n", line, what, (unsigned long long)actual,
           (unsigned long long)expected);
    return false;
}

// A condition holds; a call or value is what is expected.
#define CHECK(condition) check_(condition, #condition, __LINE__)
#define IS(actual, expected) is_(actual, expected, #actual, __LINE__)
#define OK(call) is_(call, 0, #call, __LINE__)

// The last thing of main: what the harness reads.
static inline int report(void) {
    printf("%u checks, %u failed\n", checks, failures);
    return failures != 0;
}
