// What a guest sees of its standard streams: one command a run, the result as
// exit status. Without libc's streams in between.
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

// wasi-libc declares it no more.
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int proc_raise(int signal);

static char bytes[1 << 16];

static int read_some(__wasi_fd_t fd, size_t len, size_t *got) {
    __wasi_iovec_t buffer = {(uint8_t *)bytes, len};
    return __wasi_fd_read(fd, &buffer, 1, got);
}

static int write_some(__wasi_fd_t fd, const char *text, size_t len, size_t *wrote) {
    __wasi_ciovec_t buffer = {(const uint8_t *)text, len};
    return __wasi_fd_write(fd, &buffer, 1, wrote);
}

static int say(const char *text) {
    size_t wrote;
    return write_some(1, text, strlen(text), &wrote);
}

static __wasi_fdstat_t stat_of(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    if (__wasi_fd_fdstat_get(fd, &stat) != 0) __builtin_trap();
    return stat;
}

// Does not block, asks first, then waits in poll_oneoff.
static int wait_for_input(void) {
    size_t got, count;
    if (__wasi_fd_fdstat_set_flags(0, __WASI_FDFLAGS_NONBLOCK) != 0) return 100;
    if (stat_of(0).fs_flags != __WASI_FDFLAGS_NONBLOCK) return 101;
    if (read_some(0, 10, &got) != __WASI_ERRNO_AGAIN) return 102;
    say("empty\n");
    __wasi_subscription_t input = {.u = {.tag = __WASI_EVENTTYPE_FD_READ}};
    __wasi_event_t event;
    if (__wasi_poll_oneoff(&input, &event, 1, &count) != 0 || count != 1) return 103;
    if (read_some(0, 10, &got) != 0) return 104;
    size_t wrote;
    return write_some(1, bytes, got, &wrote);
}

// Writes until the pipe is full.
static int fill(void) {
    size_t wrote;
    if (__wasi_fd_fdstat_set_flags(1, __WASI_FDFLAGS_NONBLOCK) != 0) return 100;
    for (;;) {
        int error = write_some(1, bytes, sizeof bytes, &wrote);
        if (error != 0) return error;
        if (wrote == 0 || wrote > sizeof bytes) return 101;
    }
}

// Moves standard output to the number of standard input, closing that.
static int renumber(void) {
    size_t wrote;
    if (__wasi_fd_renumber(1, 0) != 0) return 100;
    if (write_some(1, "x", 1, &wrote) != __WASI_ERRNO_BADF) return 101;
    if (__wasi_fd_fdstat_set_flags(0, __WASI_FDFLAGS_NONBLOCK) != 0) return 102;
    return write_some(0, "moved\n", 6, &wrote);
}

static int describe(__wasi_fd_t fd) {
    __wasi_fdstat_t stat = stat_of(fd);
    int seeks = (stat.fs_rights_base & (__WASI_RIGHTS_FD_SEEK | __WASI_RIGHTS_FD_TELL)) != 0;
    return stat.fs_filetype * 10 + seeks;
}

// After closing them all, what is opened or printed reaches none of them.
static int close_all(void) {
    size_t wrote;
    for (__wasi_fd_t fd = 0; fd < 3; fd++)
        if (__wasi_fd_close(fd) != 0) return 100;
    return write_some(2, "x", 1, &wrote) == __WASI_ERRNO_BADF ? 0 : 101;
}

static int run(const char *command, int argument) {
    size_t got, wrote;
    if (strcmp(command, "wait") == 0) return wait_for_input();
    if (strcmp(command, "fill") == 0) return fill();
    if (strcmp(command, "renumber") == 0) return renumber();
    if (strcmp(command, "describe") == 0) return describe((__wasi_fd_t)argument);
    if (strcmp(command, "close") == 0) return close_all();
    if (strcmp(command, "write") == 0) return say("x\n");
    if (strcmp(command, "raise") == 0) return proc_raise(argument);
    if (strcmp(command, "read") == 0) {
        int error = read_some(0, (size_t)argument, &got);
        return error != 0 ? error : write_some(1, bytes, got, &wrote);
    }
    return 99;
}

int main(int argc, char **argv) {
    int argument = 0;
    for (const char *digit = argc > 2 ? argv[2] : ""; *digit; digit++) argument = argument * 10 + *digit - '0';
    _exit(run(argc > 1 ? argv[1] : "", argument));
}
