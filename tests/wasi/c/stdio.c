// Descriptors 0 to 2, and how the process ends. The first argument says what is
// done; the harness is tests/wasi/stdio.rs.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "check.h"

// Which of the three are terminals, a bit each.
static int terminals(void) { return isatty(0) | isatty(1) << 1 | isatty(2) << 2; }

// NONBLOCK on all three is the guest's alone. Standard input has nothing yet.
static int nonblock(void) {
    uint8_t record[24];
    for (uint32_t i = 0; i < 3; i++) {
        OK(wasi_fd_fdstat_set_flags(i, NONBLOCK));
        OK(wasi_fd_fdstat_get(i, record));
        IS(u16_at(record, 2) & NONBLOCK, NONBLOCK);
    }
    IS(read_fd(0, 10), EAGAIN_);
    uint64_t position;
    IS(wasi_fd_seek(0, 0, CUR, &position), ESPIPE_);
    IS(wasi_fd_tell(0, &position), ESPIPE_);
    OK(write_fd(1, "ready\n"));
    // The harness now writes; poll says so and reading works.
    struct pollfd input = {.fd = 0, .events = POLLIN};
    CHECK(poll(&input, 1, -1) == 1);
    OK(read_fd(0, 10));
    CHECK(text_is("input\n"));
    IS(read_fd(0, 10), EAGAIN_);
    OK(wasi_fd_fdstat_set_flags(0, 0));
    return report();
}

// A file is always ready, NONBLOCK or not.
static int nonblock_file(void) {
    OK(wasi_fd_fdstat_set_flags(0, NONBLOCK));
    OK(read_fd(0, 5));
    CHECK(text_is("first"));
    OK(read_fd(0, 1000));
    OK(read_fd(0, 1000));
    CHECK(moved == 0);
    return report();
}

// Whichever of the three the caller has closed: a new file does not become it.
static int with_some_closed(void) {
    uint8_t record[24];
    for (uint32_t i = 0; i < 3; i++) OK(wasi_fd_fdstat_get(i, record));
    OK(open_new(3, "file"));
    CHECK(fd == 4);
    (void)!write_fd(1, "noise on standard output\n");
    (void)!write_fd(2, "noise on standard error\n");
    OK(write_fd(fd, "content"));
    OK(wasi_fd_close(1));
    OK(open_new(3, "second"));
    IS(fd, 1);
    OK(write_fd(1, "second content"));
    return failures != 0;
}

static int until_it_breaks(uint32_t to) {
    for (;;) {
        uint32_t errno_ = write_fd(to, "text\n");
        if (errno_) return errno_ == EPIPE_ ? 7 : 8;
    }
}

// Signals that are caught and mean nothing do not end a wait: Go would abort.
static int interrupted(void) {
    OK(open_with(3, "fifo", 0, 0, R_READ, NONBLOCK));
    uint32_t reader = fd;
    OK(open_with(3, "fifo", 0, 0, R_WRITE, NONBLOCK));
    OK(wasi_fd_close(reader));
    IS(write_fd(fd, "x"), EPIPE_);  // SIGPIPE is caught from here on.
    OK(write_fd(1, "ready\n"));
    uint64_t start, end, due[6] = {0, 0, 1, 200000000, 0, 0}, event[4];
    OK(wasi_clock_time_get(1, 0, &start));
    OK(wasi_poll_oneoff(due, event, 1, &moved));
    OK(wasi_clock_time_get(1, 0, &end));
    CHECK(end - start >= 200000000);
    OK(write_fd(1, "reading\n"));
    OK(read_fd(0, 10));
    CHECK(text_is("input\n"));
    return report();
}

static int wait(int is_busy) {
    OK(write_fd(1, "ready\n"));
    volatile uint32_t count = 0;
    while (is_busy) count++;
    poll(NULL, 0, -1);
    sleep(1000);
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "terminals") == 0) return terminals();
    if (strcmp(what, "nonblock") == 0) return nonblock();
    if (strcmp(what, "nonblock-file") == 0) return nonblock_file();
    if (strcmp(what, "closed") == 0) return with_some_closed();
    if (strcmp(what, "write") == 0) return until_it_breaks(atoi(argv[2]));
    if (strcmp(what, "interrupted") == 0) return interrupted();
    if (strcmp(what, "busy") == 0) return wait(1);
    if (strcmp(what, "sleeping") == 0) return wait(0);
    if (strcmp(what, "line") == 0) return read_fd(0, strlen(argv[2])) || !text_is(argv[2]);
    if (strcmp(what, "exit") == 0) wasi_proc_exit(strtoul(argv[2], NULL, 0));
    if (strcmp(what, "raise") == 0) return wasi_proc_raise(strtoul(argv[2], NULL, 0));
    return 99;
}
