// poll_oneoff. Run with a grant of `.` as /dir (3); standard input is /dev/null
// and output a pipe.
#include "check.h"

enum { HERE = 3 };
enum { CLOCK, READ, WRITE };
enum { REALTIME, MONOTONIC, PROCESS };
enum { ABSTIME = 1, HANGUP = 1 };
#define MILLISECOND 1000000ull
#define SUBSCRIPTION_BYTES 48
#define EVENT_BYTES 32

static uint8_t subscriptions[1100 * SUBSCRIPTION_BYTES], events[1100 * EVENT_BYTES];
static uint32_t stored;

static void put(int index, int offset, uint64_t value, int len) {
    memcpy(subscriptions + index * SUBSCRIPTION_BYTES + offset, &value, len);
}

static void subscribe(int index, uint8_t type, uint64_t userdata) {
    memset(subscriptions + index * SUBSCRIPTION_BYTES, 0, SUBSCRIPTION_BYTES);
    put(index, 0, userdata, 8);
    put(index, 8, type, 1);
}
static void clock_at(int index, uint32_t clock, uint64_t timeout, uint16_t flags) {
    subscribe(index, CLOCK, 100 + index);
    put(index, 16, clock, 4);
    put(index, 24, timeout, 8);
    put(index, 32, 12345, 8);
    put(index, 40, flags, 2);
}
static void stream_at(int index, uint8_t type, uint32_t fd_) {
    subscribe(index, type, 100 + index);
    put(index, 16, fd_, 4);
}

static uint32_t poll(uint32_t count) {
    memset(events, 0xee, sizeof events);
    return wasi_poll_oneoff(subscriptions, events, count, &stored);
}
// What event `index` says: of which subscription, its errno, and its type.
static void event_is(int index, uint64_t userdata, uint16_t errno_, uint8_t type) {
    const uint8_t *event = events + index * EVENT_BYTES;
    IS(u64_at(event, 0), userdata);
    IS(u16_at(event, 8), errno_);
    IS(u8_at(event, 10), type);
}
static uint64_t now(uint32_t clock) {
    uint64_t time;
    OK(wasi_clock_time_get(clock, 0, &time));
    return time;
}

static void clocks(void) {
    for (uint32_t clock = REALTIME; clock <= MONOTONIC; clock++) {
        uint64_t start = now(MONOTONIC);
        clock_at(0, clock, 5 * MILLISECOND, 0);
        OK(poll(1));
        IS(stored, 1);
        event_is(0, 100, 0, CLOCK);
        CHECK(now(MONOTONIC) - start >= 5 * MILLISECOND);
        start = now(MONOTONIC);
        clock_at(0, clock, now(clock) + 5 * MILLISECOND, ABSTIME);
        OK(poll(1));
        event_is(0, 100, 0, CLOCK);
        CHECK(now(MONOTONIC) - start >= 4 * MILLISECOND);
        // In the past, and far in it.
        clock_at(0, clock, now(clock) - 1, ABSTIME);
        OK(poll(1));
        clock_at(0, clock, 0, ABSTIME);
        OK(poll(1));
        IS(stored, 1);
    }
    // The first of several ends the wait; timeouts saturate.
    clock_at(0, MONOTONIC, UINT64_MAX, 0);
    clock_at(1, REALTIME, 3 * MILLISECOND, 0);
    clock_at(2, MONOTONIC, UINT64_MAX, ABSTIME);
    clock_at(3, REALTIME, UINT64_MAX, ABSTIME);
    clock_at(4, REALTIME, UINT64_MAX, 0);
    OK(poll(5));
    IS(stored, 1);
    event_is(0, 101, 0, CLOCK);
    IS(u8_at(events, EVENT_BYTES), 0xee);  // No more than was stored.
    // All that are due are told.
    for (int i = 0; i < 3; i++) clock_at(i, MONOTONIC, 0, 0);
    OK(poll(3));
    IS(stored, 3);
    event_is(2, 102, 0, CLOCK);
}

static void bad_clocks(void) {
    clock_at(0, 77, 0, 0);
    OK(poll(1));
    IS(stored, 1);
    event_is(0, 100, EINVAL_, CLOCK);
    clock_at(0, MONOTONIC, 0, 2);
    OK(poll(1));
    event_is(0, 100, EINVAL_, CLOCK);
    clock_at(0, PROCESS, 0, 0);
    OK(poll(1));
    event_is(0, 100, ENOTSUP_, CLOCK);
}

static void streams(void) {
    // A regular file is ready, which epoll could not tell.
    OK(open_new(HERE, "file"));
    OK(write_fd(fd, "12345"));
    uint64_t position;
    OK(wasi_fd_seek(fd, 2, SET, &position));
    stream_at(0, READ, fd);
    stream_at(1, WRITE, fd);
    stream_at(2, WRITE, 1);
    stream_at(3, READ, 0);
    clock_at(4, MONOTONIC, UINT64_MAX, 0);
    OK(poll(5));
    IS(stored, 4);
    event_is(0, 100, 0, READ);
    IS(u64_at(events, 16), 3);
    event_is(1, 101, 0, WRITE);
    event_is(2, 102, 0, WRITE);
    event_is(3, 103, 0, READ);
    // A bad descriptor is that subscription's trouble alone.
    stream_at(0, READ, 99);
    stream_at(1, WRITE, 1);
    stream_at(2, READ, 0xffffffff);
    OK(poll(3));
    IS(stored, 3);
    event_is(0, 100, EBADF_, READ);
    event_is(1, 101, 0, WRITE);
    event_is(2, 102, EBADF_, READ);
    stream_at(0, READ, 99);
    clock_at(1, MONOTONIC, UINT64_MAX, 0);
    OK(poll(2));
    IS(stored, 1);
}

static void pipes(void) {
    OK(open_with(HERE, "fifo", 0, 0, R_READ, NONBLOCK));
    uint32_t reader = fd;
    OK(open_with(HERE, "fifo", 0, 0, R_WRITE, NONBLOCK));
    uint32_t writer = fd;
    stream_at(0, READ, reader);
    clock_at(1, MONOTONIC, 2 * MILLISECOND, 0);
    OK(poll(2));
    IS(stored, 1);
    event_is(0, 101, 0, CLOCK);
    OK(write_fd(writer, "abc"));
    OK(poll(2));
    event_is(0, 100, 0, READ);
    IS(u64_at(events, 16), 3);
    IS(u16_at(events, 24) & HANGUP, 0);
    OK(wasi_fd_close(writer));
    OK(read_fd(reader, 10));
    clock_at(1, MONOTONIC, UINT64_MAX, 0);
    OK(poll(2));
    event_is(0, 100, 0, READ);
    IS(u16_at(events, 24) & HANGUP, HANGUP);
}

static void bad_arguments(void) {
    clock_at(0, MONOTONIC, 0, 0);
    IS(poll(0), EINVAL_);
    put(0, 8, 3, 1);
    IS(poll(1), EINVAL_);
    clock_at(0, MONOTONIC, 0, 0);
    IS(wasi_poll_oneoff((void *)0xffffffe0, events, 1, &stored), EFAULT_);
    IS(wasi_poll_oneoff(subscriptions, (void *)0xffffffe8, 1, &stored), EFAULT_);
    IS(wasi_poll_oneoff(subscriptions, events, 1, (void *)0xfffffffe), EFAULT_);
    for (int i = 0; i < 1000; i++) clock_at(i, MONOTONIC, 0, 0);
    OK(poll(1000));
    IS(stored, 1000);
    event_is(999, 1099, 0, CLOCK);
    // Needs no alignment, and may lie over its events.
    memmove(subscriptions + 3, subscriptions, SUBSCRIPTION_BYTES);
    OK(wasi_poll_oneoff(subscriptions + 3, subscriptions + 3, 1, &stored));
    IS(stored, 1);
}

int main(void) {
    clocks();
    bad_clocks();
    streams();
    pipes();
    bad_arguments();
    return report();
}
