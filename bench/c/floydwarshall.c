// Floydwarshall finds shortest paths, as PolyBench's kernel floyd-warshall.
#include "work.h"

enum { SIZE = 300 };
static int path[SIZE][SIZE];

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (int round = work_rounds(argc, argv, 30); round > 0; round--) {
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) path[i][j] = (int)(work_random() % 1000) + 1;
        }
        for (int k = 0; k < SIZE; k++) {
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) {
                    int through = path[i][k] + path[k][j];
                    path[i][j] = path[i][j] < through ? path[i][j] : through;
                }
            }
        }
        for (int i = 0; i < SIZE; i++) sum = work_mix(sum, (uint64_t)path[i][(i * 11) % SIZE]);
    }
    return work_print("floydwarshall", sum);
}
