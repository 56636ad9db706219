// As much of WASI preview1 as the benchmark programs need when wasm2c has turned
// them into C: arguments, clocks, random numbers, the standard streams and sleep.
// There are no files.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "wasm-rt-impl.h"

enum { SUCCESS = 0, BADF = 8, IO = 29, NOSYS = 52, NOTDIR = 54, SPIPE = 70 };
enum { EVENT_BYTES = 32, SUBSCRIPTION_BYTES = 48, CIOVEC_BYTES = 8, IOVECS_MAX = 64 };
enum { STACK_BYTES = 1 << 30 };

typedef struct Z_wasi_snapshot_preview1_instance_t Wasi;
#define CALL(name) Z_wasi_snapshot_preview1Z_##name

static Z_guest_instance_t guest;
static int argument_count;
static char **arguments;

static u8 *at(u32 pointer) {
    return Z_guestZ_memory(&guest)->data + pointer;
}

static void put_u16(u32 pointer, u16 value) { memcpy(at(pointer), &value, sizeof value); }
static void put_u32(u32 pointer, u32 value) { memcpy(at(pointer), &value, sizeof value); }
static void put_u64(u32 pointer, u64 value) { memcpy(at(pointer), &value, sizeof value); }

static u32 get_u32(u32 pointer) {
    u32 value;
    memcpy(&value, at(pointer), sizeof value);
    return value;
}

static u64 get_u64(u32 pointer) {
    u64 value;
    memcpy(&value, at(pointer), sizeof value);
    return value;
}

u32 CALL(args_sizes_get)(Wasi *wasi, u32 count, u32 bytes) {
    u32 total = 0;
    for (int i = 0; i < argument_count; i++) total += strlen(arguments[i]) + 1;
    put_u32(count, argument_count);
    put_u32(bytes, total);
    return SUCCESS;
}

u32 CALL(args_get)(Wasi *wasi, u32 pointers, u32 text) {
    for (int i = 0; i < argument_count; i++) {
        size_t size = strlen(arguments[i]) + 1;
        put_u32(pointers + 4 * i, text);
        memcpy(at(text), arguments[i], size);
        text += size;
    }
    return SUCCESS;
}

u32 CALL(environ_sizes_get)(Wasi *wasi, u32 count, u32 bytes) {
    put_u32(count, 0);
    put_u32(bytes, 0);
    return SUCCESS;
}

u32 CALL(environ_get)(Wasi *wasi, u32 pointers, u32 text) { return SUCCESS; }

u32 CALL(clock_time_get)(Wasi *wasi, u32 id, u64 precision, u32 result) {
    struct timespec now;
    if (clock_gettime(id == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now) != 0) return IO;
    put_u64(result, now.tv_sec * 1000000000ULL + now.tv_nsec);
    return SUCCESS;
}

u32 CALL(clock_res_get)(Wasi *wasi, u32 id, u32 result) {
    put_u64(result, 1);
    return SUCCESS;
}

u32 CALL(random_get)(Wasi *wasi, u32 buffer, u32 size) {
    for (u32 done = 0; done < size;) {
        ssize_t got = getrandom(at(buffer + done), size - done, 0);
        if (got < 0) return IO;
        done += got;
    }
    return SUCCESS;
}

u32 CALL(sched_yield)(Wasi *wasi) { return SUCCESS; }

void CALL(proc_exit)(Wasi *wasi, u32 status) {
    fflush(NULL);
    _exit(status);
}

static u32 transfer(ssize_t (*with)(int, const struct iovec *, int), u32 fd, u32 vectors, u32 count, u32 result) {
    struct iovec host[IOVECS_MAX];
    if (fd > 2) return BADF;
    if (count > IOVECS_MAX) count = IOVECS_MAX;
    for (u32 i = 0; i < count; i++) {
        host[i].iov_base = at(get_u32(vectors + CIOVEC_BYTES * i));
        host[i].iov_len = get_u32(vectors + CIOVEC_BYTES * i + 4);
    }
    ssize_t done = with(fd, host, count);
    if (done < 0) return IO;
    put_u32(result, done);
    return SUCCESS;
}

u32 CALL(fd_write)(Wasi *wasi, u32 fd, u32 vectors, u32 count, u32 result) {
    return transfer(writev, fd, vectors, count, result);
}

u32 CALL(fd_read)(Wasi *wasi, u32 fd, u32 vectors, u32 count, u32 result) {
    return transfer(readv, fd, vectors, count, result);
}

u32 CALL(fd_seek)(Wasi *wasi, u32 fd, u64 offset, u32 whence, u32 result) { return fd > 2 ? BADF : SPIPE; }
u32 CALL(fd_close)(Wasi *wasi, u32 fd) { return fd > 2 ? BADF : SUCCESS; }
u32 CALL(fd_prestat_get)(Wasi *wasi, u32 fd, u32 result) { return BADF; }
u32 CALL(fd_prestat_dir_name)(Wasi *wasi, u32 fd, u32 path, u32 size) { return BADF; }
u32 CALL(fd_fdstat_set_flags)(Wasi *wasi, u32 fd, u32 flags) { return fd > 2 ? BADF : SUCCESS; }

// The type of file in WASI's numbers.
static u8 file_type(u32 fd) {
    struct stat status;
    if (fstat(fd, &status) != 0) return 0;
    if (S_ISCHR(status.st_mode)) return 2;
    return S_ISREG(status.st_mode) ? 4 : 0;
}

u32 CALL(fd_fdstat_get)(Wasi *wasi, u32 fd, u32 result) {
    if (fd > 2) return BADF;
    memset(at(result), 0, 24);
    *at(result) = file_type(fd);
    put_u64(result + 8, ~0ULL);
    return SUCCESS;
}

u32 CALL(fd_filestat_get)(Wasi *wasi, u32 fd, u32 result) {
    struct stat status;
    if (fd > 2 || fstat(fd, &status) != 0) return BADF;
    memset(at(result), 0, 64);
    *at(result + 16) = file_type(fd);
    put_u64(result + 24, 1);
    put_u64(result + 32, status.st_size);
    return SUCCESS;
}

u32 CALL(path_open)(Wasi *wasi, u32 fd, u32 lookup, u32 path, u32 size, u32 how, u64 rights, u64 inheriting, u32 flags, u32 result) {
    return NOTDIR;
}

u32 CALL(path_filestat_get)(Wasi *wasi, u32 fd, u32 lookup, u32 path, u32 size, u32 result) { return NOTDIR; }

static void event(u32 to, u64 user_data, u8 type) {
    memset(at(to), 0, EVENT_BYTES);
    put_u64(to, user_data);
    put_u16(to + 8, SUCCESS);
    *at(to + 10) = type;
}

// The standard streams are files here, which are always ready; without any the
// shortest of the times passes.
u32 CALL(poll_oneoff)(Wasi *wasi, u32 subscriptions, u32 events, u32 count, u32 result) {
    u32 ready = 0, soonest = 0;
    u64 shortest = ~0ULL;
    for (u32 i = 0; i < count; i++) {
        u32 subscription = subscriptions + SUBSCRIPTION_BYTES * i;
        u8 type = *at(subscription + 8);
        if (type != 0) {
            event(events + EVENT_BYTES * ready++, get_u64(subscription), type);
            continue;
        }
        if (*at(subscription + 40) & 1) return NOSYS;
        u64 timeout = get_u64(subscription + 24);
        if (timeout <= shortest) {
            shortest = timeout;
            soonest = subscription;
        }
    }
    if (ready == 0) {
        struct timespec time = {shortest / 1000000000, shortest % 1000000000};
        nanosleep(&time, NULL);
        event(events, get_u64(soonest), 0);
        ready = 1;
    }
    put_u32(result, ready);
    return SUCCESS;
}

// Calls nest on the machine's stack, as deep as the program likes: it runs with
// a larger one, which takes executing it again.
static void with_large_stack(char **argv) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= STACK_BYTES) return;
    if (limit.rlim_max < STACK_BYTES) return;
    limit.rlim_cur = STACK_BYTES;
    if (setrlimit(RLIMIT_STACK, &limit) == 0) execv("/proc/self/exe", argv);
}

int main(int argc, char **argv) {
    with_large_stack(argv);
    argument_count = argc;
    arguments = argv;
    wasm_rt_init();
    Z_guest_init_module();
    Z_guest_instantiate(&guest, NULL);
    wasm_rt_trap_t trap = wasm_rt_impl_try();
    if (trap != WASM_RT_TRAP_NONE) {
        fprintf(stderr, "trap: %s\n", wasm_rt_strerror(trap));
        return 134;
    }
    Z_guestZ__start(&guest);
    return 0;
}
