// Coremark does what that benchmark's kinds of work are, written anew: walks and
// sorts linked lists, multiplies small matrices of integers, runs a state machine
// over text, and takes a CRC of every result.
#include <stddef.h>

#include "work.h"

enum { NODES = 400, ORDER = 24, TEXT = 512 };

typedef struct node {
    struct node *next;
    int16_t key, value;
} node;

static uint16_t crc16(uint16_t crc, uint16_t value) {
    for (int bit = 0; bit < 16; bit++) {
        int low = (crc ^ value) & 1;
        value >>= 1;
        crc >>= 1;
        if (low) crc ^= 0xA001;
    }
    return crc;
}

typedef int (*comparison)(const node *, const node *);

static int by_key(const node *a, const node *b) { return a->key - b->key; }
static int by_value(const node *a, const node *b) { return a->value - b->value; }

static node *merge(node *a, node *b, comparison compare) {
    node head = {NULL, 0, 0}, *tail = &head;
    while (a && b) {
        node **smaller = compare(a, b) <= 0 ? &a : &b;
        tail = tail->next = *smaller;
        *smaller = (*smaller)->next;
    }
    tail->next = a ? a : b;
    return head.next;
}

static node *sort(node *list, comparison compare) {
    if (!list || !list->next) return list;
    node *slow = list, *fast = list->next;
    while (fast && fast->next) {
        slow = slow->next;
        fast = fast->next->next;
    }
    node *second = slow->next;
    slow->next = NULL;
    return merge(sort(list, compare), sort(second, compare), compare);
}

static node *reverse(node *list) {
    node *result = NULL;
    while (list) {
        node *next = list->next;
        list->next = result;
        result = list;
        list = next;
    }
    return result;
}

static uint16_t lists(node *nodes, uint16_t crc) {
    for (int i = 0; i < NODES; i++) {
        nodes[i] = (node){i + 1 < NODES ? &nodes[i + 1] : NULL, (int16_t)(crc * (i + 7)), (int16_t)(i * 31 ^ crc)};
    }
    node *list = reverse(sort(reverse(sort(nodes, by_key)), by_value));
    for (int wanted = 0; wanted < 20; wanted++) {
        int steps = 0;
        for (node *n = list; n && n->value != wanted * 13; n = n->next) steps++;
        crc = crc16(crc, (uint16_t)steps);
    }
    for (node *n = list; n; n = n->next) crc = crc16(crc, (uint16_t)n->key);
    return crc;
}

static uint16_t matrices(uint16_t crc) {
    static int16_t a[ORDER][ORDER], b[ORDER][ORDER];
    static int32_t c[ORDER][ORDER];
    for (int i = 0; i < ORDER; i++) {
        for (int j = 0; j < ORDER; j++) {
            a[i][j] = (int16_t)((crc + i * j) % 251);
            b[i][j] = (int16_t)((crc ^ (i + 3 * j)) % 127);
        }
    }
    for (int i = 0; i < ORDER; i++) {
        for (int j = 0; j < ORDER; j++) {
            int32_t sum = 0;
            for (int k = 0; k < ORDER; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum + (sum >> 3 & 0x7f);
        }
    }
    for (int i = 0; i < ORDER; i++) crc = crc16(crc, (uint16_t)c[i][ORDER - 1 - i]);
    return crc;
}

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, INVALID, STATES };

static enum state next_state(enum state state, char c) {
    int digit = c >= '0' && c <= '9';
    switch (state) {
    case START: return digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
    case SIGN: return digit ? INTEGER : c == '.' ? POINT : INVALID;
    case INTEGER: return digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case POINT: return digit ? FRACTION : INVALID;
    case FRACTION: return digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case EXPONENT: return digit ? POWER : c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN: return digit ? POWER : INVALID;
    case POWER: return digit ? POWER : INVALID;
    default: return INVALID;
    }
}

static uint16_t states(const char *text, uint16_t crc) {
    uint32_t ends[STATES] = {0}, visits[STATES] = {0};
    for (int i = 0; i < TEXT;) {
        enum state state = START;
        for (; i < TEXT && text[i] != ','; i++) {
            state = next_state(state, text[i]);
            visits[state]++;
        }
        ends[state]++;
        i++;
    }
    for (int i = 0; i < STATES; i++) crc = crc16(crc16(crc, (uint16_t)ends[i]), (uint16_t)visits[i]);
    return crc;
}

int main(int argc, char **argv) {
    static node nodes[NODES];
    static char text[TEXT];
    for (int i = 0; i < TEXT; i++) text[i] = "0123456789+-.,e,"[work_random() >> 20 & 15];
    uint16_t crc = 1;
    for (int round = work_rounds(argc, argv, 9000); round > 0; round--) {
        crc = lists(nodes, crc);
        crc = matrices(crc);
        text[crc % TEXT] = "0123456789+-.,e,"[round & 15];
        crc = states(text, crc);
    }
    return work_print("coremark", crc);
}
