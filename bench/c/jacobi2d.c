// Jacobi2d relaxes a grid, as PolyBench's kernel jacobi-2d.
#include "work.h"

enum { SIZE = 400 };
static double a[SIZE][SIZE], b[SIZE][SIZE];

static void relax(double to[SIZE][SIZE], double from[SIZE][SIZE]) {
    for (int i = 1; i < SIZE - 1; i++) {
        for (int j = 1; j < SIZE - 1; j++) {
            to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][j + 1] + from[i + 1][j] + from[i - 1][j]);
        }
    }
}

int main(int argc, char **argv) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) a[i][j] = b[i][j] = (double)(i * (j + 2) % 103) / SIZE;
    }
    for (int round = work_rounds(argc, argv, 2000); round > 0; round--) {
        relax(b, a);
        relax(a, b);
    }
    uint64_t sum = 0;
    for (int i = 0; i < SIZE; i++) sum = work_mix(sum, work_bits(a[i][i]));
    return work_print("jacobi2d", sum);
}
