// Lu decomposes a matrix into triangles, as PolyBench's kernel of that name.
#include "work.h"

enum { SIZE = 240 };
static double a[SIZE][SIZE];

static void fill(int round) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) a[i][j] = (double)((i * 31 + j * 17 + round) % 101) / 101 + (i == j ? SIZE : 0);
    }
}

static void lu(void) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++) a[i][j] -= a[i][k] * a[k][j];
            a[i][j] /= a[j][j];
        }
        for (int j = i; j < SIZE; j++) {
            for (int k = 0; k < i; k++) a[i][j] -= a[i][k] * a[k][j];
        }
    }
}

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (int round = work_rounds(argc, argv, 160); round > 0; round--) {
        fill(round);
        lu();
        for (int i = 0; i < SIZE; i++) sum = work_mix(sum, work_bits(a[i][SIZE - 1 - i]));
    }
    return work_print("lu", sum);
}
