// Interpreter runs a program for a small stack machine: a switch in a loop.
#include "work.h"

enum op { PUSH, LOAD, STORE, ADD, SUB, MUL, REM, LESS, JUMP, JUMP_IF_ZERO, GET, PUT, HALT };

enum { CELLS = 4096, STACK = 64, LOCALS = 8 };

typedef struct { enum op op; int32_t argument; } instruction;

// Crosses out composites below CELLS, then adds up the primes' remainders:
// local 0 counts, 1 is a multiple, 2 the sum.
static const instruction program[] = {
    {PUSH, 2}, {STORE, 0},
    // 2: for each number
    {LOAD, 0}, {PUSH, CELLS}, {LESS, 0}, {JUMP_IF_ZERO, 30},
    {LOAD, 0}, {GET, 0}, {JUMP_IF_ZERO, 10}, {JUMP, 25},
    // 10: a prime
    {LOAD, 2}, {LOAD, 0}, {LOAD, 0}, {MUL, 0}, {PUSH, 8191}, {REM, 0}, {ADD, 0}, {STORE, 2}, {LOAD, 0}, {STORE, 1},
    // 20: for each multiple
    {LOAD, 1}, {PUSH, CELLS}, {LESS, 0}, {JUMP_IF_ZERO, 25}, {JUMP, 31},
    // 25: the next number
    {LOAD, 0}, {PUSH, 1}, {ADD, 0}, {STORE, 0}, {JUMP, 2},
    // 30: done
    {HALT, 0},
    // 31: cross it out
    {PUSH, 1}, {LOAD, 1}, {PUT, 0}, {LOAD, 1}, {LOAD, 0}, {ADD, 0}, {STORE, 1}, {JUMP, 20},
};

static int32_t cells[CELLS];

static int32_t run(int32_t seed) {
    int32_t stack[STACK], locals[LOCALS] = {0, 0, seed}, *top = stack;
    for (const instruction *next = program;;) {
        instruction now = *next++;
        switch (now.op) {
        case PUSH: *top++ = now.argument; break;
        case LOAD: *top++ = locals[now.argument]; break;
        case STORE: locals[now.argument] = *--top; break;
        case ADD: top--; top[-1] += top[0]; break;
        case SUB: top--; top[-1] -= top[0]; break;
        case MUL: top--; top[-1] = (int32_t)((uint32_t)top[-1] * (uint32_t)top[0]); break;
        case REM: top--; top[-1] %= top[0]; break;
        case LESS: top--; top[-1] = top[-1] < top[0]; break;
        case JUMP: next = program + now.argument; break;
        case JUMP_IF_ZERO: if (*--top == 0) next = program + now.argument; break;
        case GET: top[-1] = cells[top[-1]]; break;
        case PUT: top -= 2; cells[top[1]] = top[0]; break;
        case HALT: return locals[2];
        }
    }
}

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (int round = work_rounds(argc, argv, 2200); round > 0; round--) {
        for (int i = 0; i < CELLS; i++) cells[i] = 0;
        sum = work_mix(sum, (uint64_t)run(round));
    }
    return work_print("interpreter", sum);
}
