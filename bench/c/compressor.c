// Compressor packs text by back references found with a hash table, in the style
// of LZ4, and unpacks it again.
#include <stddef.h>
#include <string.h>

#include "work.h"

enum { TEXT = 1 << 20, HASH_BITS = 14, LEAST = 4, FARTHEST = 65535, WORDS = 2000 };

static uint8_t text[TEXT], packed[TEXT + TEXT / 200 + 64], unpacked[TEXT];

static uint32_t read32(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

// A length as the sum of bytes, of which all but the last are 255.
static uint8_t *put_length(uint8_t *to, size_t length) {
    for (; length >= 255; length -= 255) *to++ = 255;
    *to++ = (uint8_t)length;
    return to;
}

static const uint8_t *get_length(const uint8_t *from, size_t *length) {
    uint8_t byte;
    *length = 0;
    do *length += byte = *from++;
    while (byte == 255);
    return from;
}

static uint8_t *put_literals(uint8_t *to, const uint8_t *from, size_t length) {
    to = put_length(to, length);
    memcpy(to, from, length);
    return to + length;
}

static size_t pack(uint8_t *to, const uint8_t *from, size_t size) {
    static uint32_t table[1 << HASH_BITS];
    memset(table, 0, sizeof table);
    uint8_t *out = to;
    size_t start = 0, at = 1;
    while (at + LEAST < size) {
        uint32_t slot = read32(from + at) * 2654435761u >> (32 - HASH_BITS);
        size_t earlier = table[slot];
        table[slot] = (uint32_t)at;
        if (at - earlier > FARTHEST || read32(from + earlier) != read32(from + at)) {
            at++;
            continue;
        }
        size_t length = LEAST;
        while (at + length < size && from[earlier + length] == from[at + length]) length++;
        out = put_literals(out, from + start, at - start);
        *out++ = (uint8_t)(at - earlier);
        *out++ = (uint8_t)((at - earlier) >> 8);
        out = put_length(out, length);
        at += length;
        start = at;
    }
    return (size_t)(put_literals(out, from + start, size - start) - to);
}

static size_t unpack(uint8_t *to, const uint8_t *from, size_t size) {
    const uint8_t *end = from + size;
    uint8_t *out = to;
    for (;;) {
        size_t length;
        from = get_length(from, &length);
        memcpy(out, from, length);
        out += length;
        from += length;
        if (from >= end) return (size_t)(out - to);
        size_t distance = from[0] | (size_t)from[1] << 8;
        from = get_length(from + 2, &length);
        for (; length > 0; length--, out++) *out = out[-(ptrdiff_t)distance];
    }
}

static void write_prose(void) {
    static char words[WORDS][12];
    for (int i = 0; i < WORDS; i++) {
        int length = 2 + (int)(work_random() >> 33) % 9;
        for (int j = 0; j < length; j++) words[i][j] = "etaoinshrdlucmfwyp"[(work_random() >> 33) % 18];
    }
    for (size_t at = 0; at < TEXT;) {
        const char *word = words[(work_random() >> 33) % (1 + (work_random() >> 33) % WORDS)];
        for (; *word && at < TEXT; word++) text[at++] = (uint8_t)*word;
        if (at < TEXT) text[at++] = ' ';
    }
}

int main(int argc, char **argv) {
    write_prose();
    uint64_t sum = 0;
    for (int round = work_rounds(argc, argv, 60); round > 0; round--) {
        text[work_random() % TEXT] = (uint8_t)round;
        size_t size = pack(packed, text, TEXT);
        if (unpack(unpacked, packed, size) != TEXT || memcmp(text, unpacked, TEXT) != 0) {
            fprintf(stderr, "compressor: the text did not survive\n");
            return 1;
        }
        sum = work_mix(sum, size);
        sum = work_mix(sum, packed[size / 2]);
    }
    return work_print("compressor", sum);
}
