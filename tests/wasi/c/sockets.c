// sock_*, and fd_* on sockets. Run with a grant of `.` as /dir (3); standard
// input is a listening Unix socket, with which the harness talks as `connect`
// says: it sends "hello", reads until the end, and answers "bye".
#include "check.h"

enum { HERE = 3 };
enum { PEEK = 1, WAITALL = 2 };
enum { SHUT_READ = 1, SHUT_WRITE = 2 };

static uint16_t told;

static uint32_t receive(uint32_t from, uint32_t len, uint32_t flags) {
    iovec to = span(text, len);
    return wasi_sock_recv(from, &to, 1, flags, &moved, &told);
}
static uint32_t send(uint32_t to, const char *bytes, uint32_t flags) {
    iovec from = span(P(bytes));
    return wasi_sock_send(to, &from, 1, flags, &moved);
}

static void no_sockets(void) {
    OK(open_new(HERE, "file"));
    uint32_t file = fd;
    // Go looks for sockets from 3 on: this goes on, EBADF stops.
    static const struct { uint32_t fd, errno_; } others[] = {
        {HERE, ENOTSOCK_}, {1, ENOTSOCK_}, {99, EBADF_}, {0xffffffff, EBADF_}};
    for (int i = 0; i < 5; i++) {
        uint32_t which = i < 4 ? others[i].fd : file, expected = i < 4 ? others[i].errno_ : ENOTSOCK_;
        IS(wasi_sock_accept(which, 0, &fd), expected);
        IS(receive(which, 10, 0), expected);
        IS(send(which, "x", 0), expected);
        IS(wasi_sock_shutdown(which, SHUT_WRITE), expected);
    }
}

static void accepted(void) {
    uint8_t record[24];
    OK(wasi_fd_fdstat_get(0, record));
    CHECK(u8_at(record, 0) == SOCKET_STREAM);
    IS(wasi_sock_accept(0, 32, &fd), EINVAL_);
    IS(wasi_sock_accept(0, 0, (void *)0xfffffffe), EFAULT_);
    OK(wasi_sock_accept(0, 0, &fd));
    uint32_t peer = fd;
    OK(wasi_fd_fdstat_get(peer, record));
    CHECK(u8_at(record, 0) == SOCKET_STREAM);
    IS(u64_at(record, 8) & (R_SEEK | R_TELL), 0);
    IS(receive(peer, 10, 4), EINVAL_);
    IS(send(peer, "x", 1), EINVAL_);
    IS(wasi_sock_shutdown(peer, 0), EINVAL_);
    IS(wasi_sock_shutdown(peer, 4), EINVAL_);
    OK(receive(peer, 2, PEEK));
    CHECK(text_is("he"));
    OK(receive(peer, 5, WAITALL));
    CHECK(text_is("hello"));
    IS(told, 0);
    // As Go sets what it accepts.
    OK(wasi_fd_fdstat_set_flags(peer, NONBLOCK));
    IS(receive(peer, 10, 0), EAGAIN_);
    IS(read_fd(peer, 10), EAGAIN_);
    OK(send(peer, "sent ", 0));
    IS(moved, 5);
    OK(write_fd(peer, "and written"));
    uint64_t position;
    IS(wasi_fd_seek(peer, 0, CUR, &position), ESPIPE_);
    OK(wasi_fd_fdstat_set_flags(peer, 0));
    OK(wasi_sock_shutdown(peer, SHUT_WRITE));
    OK(read_fd(peer, 100));
    CHECK(text_is("bye"));
    OK(receive(peer, 10, 0));
    IS(moved, 0);
    // No signal ends the process.
    IS(send(peer, "x", 0), EPIPE_);
    IS(write_fd(peer, "x"), EPIPE_);
    OK(wasi_sock_shutdown(peer, SHUT_READ));
    OK(wasi_fd_close(peer));
    IS(send(peer, "x", 0), EBADF_);
}

int main(void) {
    no_sockets();
    accepted();
    return report();
}
