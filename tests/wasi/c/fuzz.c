// Calls every function of WASI preview1 with wild arguments, the same ones for
// the same seed: `fuzz SEED CALLS`. After each call the result is an errno that
// preview1 has, and no byte has changed but where the arguments asked for
// results. Pointers that could hit this program's own data are not made: that
// is from 1 MiB to 3 MiB of its 4, see LINK. proc_exit ends it.
//
// LINK: -Wl,--global-base=1048576 -Wl,--initial-memory=4194304 -Wl,--max-memory=4194304
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_calls.h"
#include "wasi.h"

#define MEMORY_BYTES 0x400000u
#define OWN_START 0x100000u
#define OWN_END 0x300000u
// Where calls read and write: the first bytes of the memory and its last ones.
#define ARENA_BYTES 8192u
#define LAST (MEMORY_BYTES - ARENA_BYTES)

#define OPEN_FILES_MAX 24
#define AREAS_MAX 1100

static uint64_t state;
static uint32_t argv_bytes[2], environ_bytes[2];
// What the call in progress may change.
static struct { uint32_t at, len; } areas[AREAS_MAX];
static uint32_t area_count;
static uint64_t args[12];
static uint32_t arg_count;
static uint8_t shadow[2][ARENA_BYTES];
static const char *doing = "nothing";
// Now and then nothing is wild, so that each function also works at times.
static int is_tame;
// How many quarters of the calls are over: what cannot be undone comes late.
static uint32_t quarter;

static uint8_t *memory(uint32_t at) {
    uintptr_t address = at;
    __asm__("" : "+r"(address));  // Address 0 is memory as any other.
    return (uint8_t *)address;
}

// xorshift64*: small, and good enough to choose arguments.
static uint32_t random_u32(void) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32);
}
static uint32_t below(uint32_t end) { return random_u32() % end; }
static int one_in(uint32_t n) { return below(n) == 0; }
static int wild_in(uint32_t n) { return !is_tame && one_in(n); }

static void fail(const char *why, uint32_t value) {
    fprintf(stderr, "%s: %s 0x%x; arguments", doing, why, value);
    for (uint32_t i = 0; i < arg_count; i++) fprintf(stderr, " 0x%llx", (unsigned long long)args[i]);
    fprintf(stderr, "\n");
    wasi_proc_exit(99);
}

static void add(uint64_t value) { args[arg_count++] = value; }

static int is_in_arena(uint32_t at, uint32_t len) {
    return (uint64_t)at + len <= ARENA_BYTES || (at >= LAST && (uint64_t)at + len <= MEMORY_BYTES);
}
// All of it is memory, so a call may use it.
static int is_valid(uint32_t at, uint32_t len) { return (uint64_t)at + len <= MEMORY_BYTES; }

// Somewhere to put or find `len` bytes: mostly in an arena, else where they are
// not all in the memory.
static uint32_t place(uint32_t len) {
    if (len <= ARENA_BYTES && !wild_in(8)) {
        uint32_t start = one_in(2) ? 0 : LAST, room = ARENA_BYTES - len;
        uint32_t offset = one_in(4) ? 0 : one_in(4) ? room : below(room + 1);
        return start + offset;
    }
    static const uint32_t wild[] = {0xffffffff, 0xfffffffe, 0xfffffff8, 0xfffff000, 0x80000000, 0x7fffffff,
                                    MEMORY_BYTES, MEMORY_BYTES + 1, 0x10000000};
    uint32_t at = one_in(3) && len > 1 && len < ARENA_BYTES ? MEMORY_BYTES - below(len) : wild[below(9)];
    return len == 0 || !is_valid(at, len) ? at : 0xffffffff;
}

static uint32_t length(void) {
    static const uint32_t lengths[] = {0, 1, 2, 7, 8, 24, 100, 4096, ARENA_BYTES, ARENA_BYTES + 1,
                                       0x20000001, 0x05555556, 0x7fffffff, 0xffffffff};
    return wild_in(3) ? lengths[below(14)] : below(300);
}

static void may_change(uint32_t at, uint32_t len) {
    if (!is_valid(at, len)) return;
    if (!is_in_arena(at, len)) fail("the generator wants to write at", at);
    areas[area_count].at = at, areas[area_count++].len = len;
}

static void result(uint32_t len) {
    uint32_t at = place(len);
    may_change(at, len);
    add(at);
}

// Room of which a call may need less, or which it fills string by string: what
// of it is memory may change.
static uint32_t room(uint32_t len) {
    uint32_t at = place(len), end = at < MEMORY_BYTES ? MEMORY_BYTES - at : 0;
    may_change(at, end < len ? end : len);
    add(at);
    return len;
}

// A buffer for results, and its length.
static void buffer(void) {
    uint32_t len = length(), at = place(len);
    // One that is memory but in no arena would be this program's own.
    if (is_valid(at, len) && !is_in_arena(at, len)) len = 16, at = place(16);
    may_change(at, len);
    add(at), add(len);
}

static void iovecs(int filled_by_call) {
    static const uint32_t counts[] = {0, 1, 1, 1, 2, 3, 16, 1000, 1024, 1025, 5000, 0x20000001, 0x1fffffff,
                                      0xffffffff};
    uint32_t count = counts[is_tame ? below(7) : below(14)];
    uint32_t at = count > 1000 && count <= 5000 && one_in(2) ? 0 : place(count > 1000 ? 8 : count * 8);
    for (uint32_t i = 0; i < count && is_in_arena(at + i * 8, 8) && is_in_arena(at, 8); i++) {
        uint32_t len = count <= 3 ? length() : below(9);
        uint32_t start = count > 3 && !one_in(2000) ? below(ARENA_BYTES - 8) : place(len);
        if (is_valid(start, len) && !is_in_arena(start, len)) start = 0, len = 0;
        memcpy(memory(at + i * 8), &start, 4), memcpy(memory(at + i * 8 + 4), &len, 4);
    }
    // By what lies there now: a later buffer may be over an earlier one.
    for (uint32_t i = 0; filled_by_call && i < count && i < 1024; i++) {
        uint32_t record[2];
        if (!is_valid(at, count * 8 < count ? MEMORY_BYTES + 1 : i * 8 + 8)) break;
        memcpy(record, memory(at + i * 8), 8);
        if (is_valid(record[0], record[1])) {
            if (!is_in_arena(record[0], record[1])) { memset(memory(at + i * 8), 0, 8); i--; continue; }
            may_change(record[0], record[1]);
        }
    }
    add(at), add(count);
}

static void path(void) {
    static const char *const paths[] = {
        "a", "b", "dir", "dir/a", "c", "dir/c", "dir/../b", "..", "../x", "/", "/abs", "link", "dir/link", ".",
        "a/", "dir/", "dir/sub", "dir/sub/c", "\xff\xfe", "x", "./a", "//", "dir//a", "../../../../etc/passwd",
        "self", "link/a"};
    const char *text = paths[below(is_tame ? 6 : 26)];
    uint32_t len = strlen(text), at = place(len);
    if (is_in_arena(at, len)) memcpy(memory(at), text, len);
    if (wild_in(10)) len = length();
    if (wild_in(20)) at = place(len);
    add(at), add(len);
}

// Descriptors that this program needs stay: standard output is anybody's, but
// the report goes to standard error.
static void descriptor(int is_closed) {
    static const uint32_t wild[] = {0xffffffff, 0x80000000, 0x7fffffff, 65535, 65536, 1000, 40, 39};
    uint32_t fd = wild_in(10) ? wild[below(8)] : one_in(3) ? below(OPEN_FILES_MAX) : below(10);
    if (fd == 2 || (is_closed && (fd == 1 || (fd < 5 && quarter < 3)))) fd = 5 + below(10);
    add(fd);
}

static void directory(void) { wild_in(4) ? descriptor(0) : add(wild_in(6) ? 4 : 3); }

// Standard input, where the harness may have put a socket; others otherwise.
static void socket(int is_shut_down) {
    if (is_shut_down && quarter < 2) add(1 + below(20));
    else if (one_in(2)) add(0);
    else descriptor(0);
}

static uint64_t wild_u64(void) {
    static const uint64_t values[] = {0, 1, 2, 0x42, 0x4000, 0x3fffffff, 4096, ~0ull, 1ull << 63, (1ull << 63) - 1,
                                      1ull << 62, 0xffffffff};
    return one_in(3) ? ((uint64_t)random_u32() << 32 | random_u32()) >> below(64) : values[below(12)];
}
// Of files: never one that a disk would hold and run full of.
static uint64_t size(void) {
    static const uint64_t sizes[] = {0, 1, 100, 4096, 65536, 1ull << 62, 1ull << 63, ~0ull};
    return sizes[below(8)];
}
static uint32_t flags(void) { return wild_in(10) ? random_u32() : wild_in(3) ? below(40) : below(is_tame ? 2 : 3); }

static void subscriptions(void) {
    // As many as a call takes, and one more.
    static const uint32_t counts[] = {0, 1, 1, 2, 3, 10, 65536, 65537, 0x05555556, 0x08000001, 0xffffffff};
    uint32_t count = counts[below(11)], used = count > 10 ? 1 : count;
    uint32_t at = place(used * 48), events = place(used * 32);
    if (count == 65536) at = LAST, events = 0xffffff00;
    for (uint32_t i = 0; i < used && is_in_arena(at, used * 48); i++) {
        uint64_t record[6] = {random_u32(), below(4), below(12) - (one_in(5) ? 1 : 0), wild_u64(), 0, below(3)};
        if (one_in(30)) record[1] = random_u32();
        memcpy(memory(at + i * 48), record, sizeof record);
    }
    // One is due at once, so that the call does not wait.
    uint64_t due[6] = {7, 0, 1, 0, 0, 0};
    if (used && is_in_arena(at, used * 48)) memcpy(memory(at + below(used) * 48), due, sizeof due);
    if (count <= 10) may_change(events, count * 32);
    add(at), add(events), add(count);
}

static void make_arguments(const char *kinds) {
    arg_count = area_count = 0;
    for (; *kinds; kinds++) switch (*kinds) {
        case 'f': descriptor(0); break;
        case 'c': descriptor(1); break;
        case 's': socket(0); break;
        case 'h': socket(1); break;
        case 'd': directory(); break;
        case 'p': path(); break;
        case 'r': iovecs(1); break;
        case 'w': iovecs(0); break;
        case 'b': buffer(); break;
        case 'n': add(room(below(40))); break;
        case '2': result(2); break;
        case '4': result(4); break;
        case '8': result(8); break;
        case 'S': result(24); break;
        case 'F': result(64); break;
        case 'A': room(argv_bytes[0]), room(argv_bytes[1]); break;
        case 'E': room(environ_bytes[0]), room(environ_bytes[1]); break;
        case 'P': subscriptions(); break;
        case 'k': add(one_in(4) ? random_u32() : below(5)); break;
        case 'i': add(flags()); break;
        case 'q': add(wild_u64()); break;
        case 'z': add(size()); break;
        // 0 only asks, and others end the process.
        case 'x': add(one_in(2) ? 0 : 31 + below(0xffffff00)); break;
    }
}

// Puts files back that calls closed or removed, so that calls still meet some,
// and makes room for new ones.
static void refresh(void) {
    (void)(wasi_path_unlink_file(3, "c", 1) && wasi_path_remove_directory(3, "c", 1));
    (void)(wasi_path_unlink_file(3, "dir/c", 5) && wasi_path_remove_directory(3, "dir/c", 5));
    static const char *const names[] = {"a", "b", "dir/a"};
    (void)wasi_path_create_directory(3, "dir", 3);
    (void)wasi_path_symlink("a", 1, 3, "link", 4);
    for (uint32_t i = 0, fd; i < 3; i++) {
        const char *name = names[i];
        if (wasi_path_open(3, 0, name, strlen(name), 1, 0x3fffffff, 0, 0, &fd) == 0) {
            if (fd >= OPEN_FILES_MAX) (void)wasi_fd_close(fd);
            (void)wasi_fd_filestat_set_size(fd, 100);
        }
    }
}

static uint8_t *arena(int index) { return memory(index ? LAST : 0); }

static void check_arenas(void) {
    for (uint32_t i = 0; i < area_count; i++) {
        uint32_t at = areas[i].at, len = areas[i].len;
        memcpy(at < LAST ? shadow[0] + at : shadow[1] + (at - LAST), memory(at), len);
    }
    for (int index = 0; index < 2; index++) {
        if (memcmp(shadow[index], arena(index), ARENA_BYTES) == 0) continue;
        uint32_t at = 0;
        while (shadow[index][at] == arena(index)[at]) at++;
        fail("a byte changed at", at + (index ? LAST : 0));
    }
}

static void check_unused(uint32_t start, uint32_t end) {
    for (uint32_t at = start; at < end; at += 8) {
        uint64_t word;
        memcpy(&word, memory(at), 8);
        if (word) fail("a byte changed that nobody uses, at", at);
    }
}

int main(int argc, char **argv) {
    uint32_t counts[CALLS_MAX][2] = {0};
    if (argc != 3 || (uintptr_t)&counts < OWN_START || (uintptr_t)&counts > OWN_END) return 2;
    state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ull | 1;
    uint32_t calls = strtoul(argv[2], NULL, 10);
    if (wasi_args_sizes_get(&argv_bytes[0], &argv_bytes[1])) return 3;
    if (wasi_environ_sizes_get(&environ_bytes[0], &environ_bytes[1])) return 3;
    argv_bytes[0] *= 4, environ_bytes[0] *= 4;
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t which = i % FUNCTIONS;
        doing = functions[which].name;
        if ((is_tame = one_in(3))) refresh();
        quarter = (uint64_t)i * 4 / calls;
        make_arguments(functions[which].kinds);
        for (int index = 0; index < 2; index++) memcpy(shadow[index], arena(index), ARENA_BYTES);
        uint32_t errno_ = call(which, args);
        if (errno_ > ERRNO_LAST) fail("the result is", errno_);
        check_arenas();
        counts[which][errno_ == 0]++;
        // Descriptors do not run out.
        for (uint32_t fd = OPEN_FILES_MAX; errno_ == 0 && fd < OPEN_FILES_MAX + 2; fd++) (void)wasi_fd_close(fd);
        if (i % 8192 == 8191) check_unused(ARENA_BYTES, OWN_START), check_unused(OWN_END, LAST);
    }
    for (uint32_t i = 0; i < FUNCTIONS; i++)
        fprintf(stderr, "%s %u %u\n", functions[i].name, counts[i][0] + counts[i][1], counts[i][1]);
    wasi_proc_exit(random_u32() << 8 | 7);
}
