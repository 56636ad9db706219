// fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell, fd_sync,
// fd_datasync. Run with a grant of `.` as /dir (3); standard input holds
// "first line\nsecond line\n", output is a pipe.
#include "check.h"

enum { HERE = 3 };

static uint64_t position;

static void scattered(void) {
    OK(open_new(HERE, "file"));
    char word[4] = "def\n", tail[8] = {0};
    iovec from[] = {span("abc", 3), span(word, 0), span(word, 4), span("x", 1)};
    OK(wasi_fd_write(fd, from, 4, &moved));
    IS(moved, 8);
    OK(wasi_fd_tell(fd, &position));
    IS(position, 8);
    OK(wasi_fd_seek(fd, 1, SET, &position));
    iovec to[] = {span(text, 2), span(text, 0), span(tail, 2), span(tail + 2, 6)};
    OK(wasi_fd_read(fd, to, 4, &moved));
    IS(moved, 7);  // Short at the end of the file.
    CHECK(memcmp(text, "bc", 2) == 0 && memcmp(tail, "def\nx", 6) == 0);
    OK(wasi_fd_read(fd, to, 4, &moved));
    IS(moved, 0);
    OK(wasi_fd_read(fd, to, 0, &moved));
    OK(wasi_fd_write(fd, from, 0, &moved));
    IS(moved, 0);
}

static void many_buffers(void) {
    static iovec from[3000];
    for (int i = 0; i < 3000; i++) from[i] = span(&"0123456789"[i % 10], 1);
    OK(open_new(HERE, "many"));
    uint32_t written = 0;
    while (written < 3000) {
        OK(wasi_fd_write(fd, from + written, 3000 - written, &moved));
        if (!CHECK(moved > 0 && moved <= 1024)) return;
        written += moved;
    }
    OK(stat_path(HERE, "many", 0));
    IS(stat_size(), 3000);
    OK(read_path(HERE, "many"));
    CHECK(memcmp(text + 2990, "0123456789", 10) == 0);
}

static void positioned(void) {
    OK(open_new(HERE, "positioned"));
    uint32_t file = fd;
    OK(write_fd(file, "0123456789"));
    iovec to[] = {span(text, 2), span(text + 2, 2)};
    OK(wasi_fd_pread(file, to, 2, 3, &moved));
    IS(moved, 4);
    CHECK(memcmp(text, "3456", 4) == 0);
    OK(wasi_fd_pread(file, to, 2, 9, &moved));
    IS(moved, 1);
    OK(wasi_fd_pread(file, to, 2, 100, &moved));
    IS(moved, 0);
    iovec from[] = {span("A", 1), span("B", 1)};
    OK(wasi_fd_pwrite(file, from, 2, 4, &moved));
    IS(moved, 2);
    OK(wasi_fd_pwrite(file, from, 1, 20, &moved));
    OK(wasi_fd_tell(file, &position));
    IS(position, 10);  // Where write left it.
    OK(read_path(HERE, "positioned"));
    CHECK(moved == 21 && memcmp(text, "0123AB6789\0", 11) == 0 && text[20] == 'A');
    static const uint64_t negative[] = {1ull << 63, UINT64_MAX};
    for (int i = 0; i < 2; i++) {
        IS(wasi_fd_pread(file, to, 2, negative[i], &moved), EINVAL_);
        IS(wasi_fd_pwrite(file, from, 2, negative[i], &moved), EINVAL_);
    }
    IS(wasi_fd_pread(0, to, 2, 0, &moved), ESPIPE_);
    IS(wasi_fd_pwrite(1, from, 2, 0, &moved), ESPIPE_);
}

static void seeks(void) {
    OK(open_new(HERE, "seeks"));
    OK(write_fd(fd, "0123456789"));
    OK(wasi_fd_seek(fd, 3, SET, &position));
    IS(position, 3);
    OK(wasi_fd_seek(fd, 2, CUR, &position));
    IS(position, 5);
    OK(wasi_fd_seek(fd, -4, CUR, &position));
    IS(position, 1);
    OK(wasi_fd_seek(fd, -3, END, &position));
    IS(position, 7);
    OK(read_fd(fd, 100));
    CHECK(text_is("789"));
    OK(wasi_fd_seek(fd, 1ll << 33, END, &position));
    IS(position, (1ull << 33) + 10);
    OK(read_fd(fd, 100));
    IS(moved, 0);
    IS(wasi_fd_seek(fd, -1, SET, &position), EINVAL_);
    IS(wasi_fd_seek(fd, -11, END, &position), EINVAL_);
    IS(wasi_fd_seek(fd, INT64_MIN, CUR, &position), EINVAL_);
    CHECK(wasi_fd_seek(fd, INT64_MAX, CUR, &position) != 0);
    IS(wasi_fd_seek(fd, 0, 3, &position), EINVAL_);
    IS(wasi_fd_seek(fd, 0, 256, &position), EINVAL_);
    OK(wasi_fd_tell(fd, &position));
    IS(position, (1ull << 33) + 10);
    IS(wasi_fd_seek(0, 0, CUR, &position), ESPIPE_);
    IS(wasi_fd_tell(0, &position), ESPIPE_);
    CHECK(wasi_fd_seek(HERE, 0, SET, &position) != 0);
    CHECK(wasi_fd_tell(HERE, &position) != 0);
    IS(wasi_fd_seek(99, 0, SET, &position), EBADF_);
    IS(wasi_fd_tell(99, &position), EBADF_);
    IS(wasi_fd_tell(fd, (void *)0xfffffffa), EFAULT_);
    IS(wasi_fd_seek(fd, 0, SET, (void *)0xfffffffa), EFAULT_);
}

static void appends(void) {
    OK(write_path(HERE, "appended", "one "));
    OK(open_with(HERE, "appended", 0, 0, R_WRITE | R_READ, APPEND));
    OK(wasi_fd_seek(fd, 0, SET, &position));
    OK(write_fd(fd, "two "));
    OK(wasi_fd_seek(fd, 0, SET, &position));
    OK(read_fd(fd, 100));
    CHECK(text_is("one two "));
    OK(wasi_fd_tell(fd, &position));
    IS(position, 8);
}

static void wrong_descriptors(void) {
    iovec one = span(text, 1);
    OK(write_path(HERE, "plain", "plain"));
    OK(open_read(HERE, "plain"));
    IS(write_fd(fd, "x"), EBADF_);
    IS(wasi_fd_pwrite(fd, &one, 1, 0, &moved), EBADF_);
    OK(open_write(HERE, "plain"));
    IS(read_fd(fd, 1), EBADF_);
    IS(wasi_fd_pread(fd, &one, 1, 0, &moved), EBADF_);
    OK(open_with(HERE, "plain", 0, 0, 0, 0));
    IS(read_fd(fd, 1), EBADF_);
    IS(write_fd(fd, "x"), EBADF_);
    uint32_t errno_ = read_fd(HERE, 1);
    CHECK(errno_ == EISDIR_ || errno_ == EBADF_);
    CHECK(wasi_fd_pread(HERE, &one, 1, 0, &moved) != 0);
    CHECK(write_fd(HERE, "x") != 0);
    IS(read_fd(99, 1), EBADF_);
    IS(write_fd(99, "x"), EBADF_);
    IS(wasi_fd_pread(99, &one, 1, 0, &moved), EBADF_);
    IS(wasi_fd_pwrite(99, &one, 1, 0, &moved), EBADF_);
    OK(open_read(HERE, "plain"));
    IS(wasi_fd_read(fd, &one, 1, (void *)0xfffffffe), EFAULT_);
    IS(wasi_fd_read(fd, (void *)0xfffffffe, 1, &moved), EFAULT_);
    OK(read_fd(fd, 100));
    CHECK(text_is("plain"));  // Bad calls consumed nothing.
}

static void syncs(void) {
    OK(open_new(HERE, "synced"));
    OK(write_fd(fd, "x"));
    OK(wasi_fd_sync(fd));
    OK(wasi_fd_datasync(fd));
    OK(wasi_fd_sync(HERE));
    OK(wasi_fd_datasync(HERE));
    IS(wasi_fd_sync(99), EBADF_);
    IS(wasi_fd_datasync(99), EBADF_);
}

// Takes what is asked for from standard input and no more.
static void standard_input(void) {
    OK(read_fd(0, 6));
    CHECK(text_is("first "));
    iovec to[] = {span(text, 2), span(text + 2, 3)};
    OK(wasi_fd_read(0, to, 2, &moved));
    CHECK(text_is("line\n"));
    OK(read_fd(0, 100));
    CHECK(text_is("second line\n"));
    OK(read_fd(0, 100));
    IS(moved, 0);
}

int main(void) {
    scattered();
    many_buffers();
    positioned();
    seeks();
    appends();
    wrong_descriptors();
    syncs();
    standard_input();
    return report();
}
