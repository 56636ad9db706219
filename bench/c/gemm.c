// Gemm multiplies matrices of doubles, as PolyBench's kernel of that name.
#include "work.h"

enum { SIZE = 200 };
static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static void gemm(double alpha, double beta) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) c[i][j] *= beta;
        for (int k = 0; k < SIZE; k++) {
            for (int j = 0; j < SIZE; j++) c[i][j] += alpha * a[i][k] * b[k][j];
        }
    }
}

int main(int argc, char **argv) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (double)(i * j % 97) / 97;
            b[i][j] = (double)(i * (j + 1) % 89) / 89;
            c[i][j] = (double)((i + j) % 83) / 83;
        }
    }
    for (int round = work_rounds(argc, argv, 400); round > 0; round--) gemm(0.5, 0.25);
    uint64_t sum = 0;
    for (int i = 0; i < SIZE; i++) sum = work_mix(sum, work_bits(c[i][(i * 7) % SIZE]));
    return work_print("gemm", sum);
}
