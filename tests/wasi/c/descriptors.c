// fd_fdstat_*, fd_filestat_*, fd_prestat_*, fd_advise, fd_allocate, fd_close,
// fd_renumber: a descriptor's state. Run with grants of `.` as /dir (3) and,
// read-only, as /view (4). Standard input is empty, output and error are pipes.
#include "check.h"

enum { HERE = 3, VIEW = 4 };

static void fdstat(void) {
    uint8_t record[32];
    memset(record, 0xff, sizeof record);
    OK(wasi_fd_fdstat_get(HERE, record));
    IS(u8_at(record, 0), DIRECTORY);
    IS(u8_at(record, 1), 0);
    IS(u16_at(record, 2), 0);
    IS(u32_at(record, 4), 0);
    IS(u64_at(record, 24), UINT64_MAX);  // 24 bytes and no more.
    // A directory is no file, but what is opened in it may be anything.
    IS(u64_at(record, 8) & (R_SEEK | R_SET_SIZE | R_READ | R_WRITE), 0);
    CHECK(u64_at(record, 8) & R_READDIR);
    IS(u64_at(record, 16) & R_ALL, R_ALL);
    OK(open_dir(HERE, "."));
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u64_at(record, 16) & R_ALL, R_ALL);
    OK(open_with(HERE, "new", 0, CREAT, R_ALL, APPEND | SYNC));
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u8_at(record, 0), REGULAR_FILE);
    IS(u16_at(record, 2), APPEND | SYNC);
    CHECK((u64_at(record, 8) & (R_SEEK | R_TELL | R_READ | R_WRITE)) == (R_SEEK | R_TELL | R_READ | R_WRITE));
    OK(open_read(HERE, "new"));
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u64_at(record, 8) & R_WRITE, 0);
    // A pipe is nothing that preview1 has a name for, and no place in it.
    OK(wasi_fd_fdstat_get(1, record));
    IS(u8_at(record, 0), UNKNOWN);
    IS(u64_at(record, 8) & (R_SEEK | R_TELL), 0);
    IS(wasi_fd_fdstat_get(99, record), EBADF_);
    IS(wasi_fd_fdstat_get(HERE, (void *)0xfffffff0), EFAULT_);
}

static void set_flags(void) {
    uint8_t record[24];
    OK(open_new(HERE, "flags"));
    OK(write_fd(fd, "abc"));
    OK(wasi_fd_fdstat_set_flags(fd, APPEND));
    uint64_t position;
    OK(wasi_fd_seek(fd, 0, SET, &position));
    OK(write_fd(fd, "def"));
    OK(wasi_fd_fdstat_set_flags(fd, APPEND | NONBLOCK));
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u16_at(record, 2), APPEND | NONBLOCK);
    // Regular files are never not ready.
    OK(wasi_fd_seek(fd, 0, SET, &position));
    OK(read_fd(fd, 100));
    CHECK(text_is("abcdef"));
    OK(read_fd(fd, 100));
    CHECK(moved == 0);
    OK(wasi_fd_fdstat_set_flags(fd, 0));
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u16_at(record, 2), 0);
    IS(wasi_fd_fdstat_set_flags(fd, SYNC), EINVAL_);
    IS(wasi_fd_fdstat_set_flags(fd, DSYNC), EINVAL_);
    IS(wasi_fd_fdstat_set_flags(fd, RSYNC), EINVAL_);
    IS(wasi_fd_fdstat_set_flags(fd, 32), EINVAL_);
    IS(wasi_fd_fdstat_set_flags(fd, 0x10001), EINVAL_);
    IS(wasi_fd_fdstat_set_flags(99, 0), EBADF_);
    OK(open_with(HERE, "flags", 0, 0, R_WRITE, DSYNC));
    OK(wasi_fd_fdstat_set_flags(fd, DSYNC | APPEND));
    IS(wasi_fd_fdstat_set_flags(fd, APPEND), EINVAL_);
    OK(wasi_fd_fdstat_get(fd, record));
    IS(u16_at(record, 2), DSYNC | APPEND);
    // As wasi-libc does for O_NONBLOCK on directories that it opened.
    OK(open_dir(HERE, "."));
    OK(wasi_fd_fdstat_set_flags(fd, NONBLOCK));
}

static void set_rights(void) {
    IS(wasi_fd_fdstat_set_rights(HERE, 0, 0), ENOTSUP_);
    IS(wasi_fd_fdstat_set_rights(HERE, 1ull << 30, 0), EINVAL_);
    IS(wasi_fd_fdstat_set_rights(HERE, 0, 1ull << 63), EINVAL_);
    IS(wasi_fd_fdstat_set_rights(99, 0, 0), EBADF_);
    OK(open_dir(HERE, "."));
}

static void filestat(void) {
    uint8_t record[72];
    memset(record, 0xff, sizeof record);
    OK(open_new(HERE, "stat"));
    OK(write_fd(fd, "hello"));
    OK(wasi_fd_filestat_set_times(fd, 1000000001, 2000000002, ATIM | MTIM));
    OK(wasi_fd_filestat_get(fd, record));
    CHECK(u64_at(record, 0) != 0 && u64_at(record, 8) != 0);
    IS(u8_at(record, 16), REGULAR_FILE);
    IS(u64_at(record, 16) >> 8, 0);
    IS(u64_at(record, 24), 1);
    IS(u64_at(record, 32), 5);
    IS(u64_at(record, 40), 1000000001);
    IS(u64_at(record, 48), 2000000002);
    CHECK(u64_at(record, 56) > 1700000000000000000ull);
    IS(u64_at(record, 64), UINT64_MAX);  // 64 bytes and no more.
    OK(link_at(HERE, "stat", HERE, "stat2"));
    OK(stat_path(HERE, "stat2", 0));
    IS(u64_at(stat, 24), 2);
    IS(u64_at(stat, 8), u64_at(record, 8));
    OK(wasi_fd_filestat_get(HERE, record));
    IS(u8_at(record, 16), DIRECTORY);
    OK(wasi_fd_filestat_get(1, record));
    IS(u8_at(record, 16), UNKNOWN);
    IS(wasi_fd_filestat_get(99, record), EBADF_);
    IS(wasi_fd_filestat_get(HERE, (void *)0xffffffc1), EFAULT_);
}

static void set_times(void) {
    OK(open_new(HERE, "times"));
    OK(wasi_fd_filestat_set_times(fd, 5, 7, ATIM | MTIM));
    IS(wasi_fd_filestat_set_times(fd, 1, 1, ATIM | ATIM_NOW), EINVAL_);
    IS(wasi_fd_filestat_set_times(fd, 1, 1, MTIM | MTIM_NOW), EINVAL_);
    IS(wasi_fd_filestat_set_times(fd, 1, 1, ATIM | MTIM | MTIM_NOW), EINVAL_);
    IS(wasi_fd_filestat_set_times(fd, 1, 1, 16), EINVAL_);
    OK(wasi_fd_filestat_get(fd, stat));
    IS(u64_at(stat, 40), 5);
    IS(u64_at(stat, 48), 7);
    OK(wasi_fd_filestat_set_times(fd, 9, 9, ATIM));
    OK(wasi_fd_filestat_get(fd, stat));
    IS(u64_at(stat, 40), 9);
    IS(u64_at(stat, 48), 7);
    OK(wasi_fd_filestat_set_times(fd, 9, 9, MTIM_NOW));
    OK(wasi_fd_filestat_get(fd, stat));
    IS(u64_at(stat, 40), 9);
    CHECK(u64_at(stat, 48) > 1700000000000000000ull);
    OK(wasi_fd_filestat_set_times(fd, 0, 0, 0));
    // Before 1970, as Go passes it, and as far as the file system goes.
    OK(wasi_fd_filestat_set_times(fd, (uint64_t)-1500000000, 0, ATIM));
    OK(wasi_fd_filestat_get(fd, stat));
    IS(u64_at(stat, 40), (uint64_t)-1500000000);
    OK(wasi_fd_filestat_set_times(fd, 1ull << 63, INT64_MAX, ATIM | MTIM));
    OK(wasi_fd_filestat_get(fd, stat));
    IS(wasi_fd_filestat_set_times(99, 0, 0, 0), EBADF_);
    OK(open_read(VIEW, "times"));
    IS(wasi_fd_filestat_set_times(fd, 1, 1, ATIM), EROFS_);
}

static void sizes(void) {
    OK(open_new(HERE, "size"));
    uint32_t file = fd;
    OK(write_fd(file, "hello"));
    OK(wasi_fd_filestat_set_size(file, 2));
    OK(wasi_fd_filestat_set_size(file, 100));
    OK(read_path(HERE, "size"));
    CHECK(moved == 100 && memcmp(text, "he\0\0", 4) == 0);
    OK(wasi_fd_allocate(file, 0, 50));
    OK(wasi_fd_filestat_get(file, stat));
    IS(stat_size(), 100);  // Never shrinks.
    OK(wasi_fd_allocate(file, 100, 50));
    OK(wasi_fd_filestat_get(file, stat));
    IS(stat_size(), 150);
    IS(wasi_fd_allocate(file, 0, 0), EINVAL_);
    CHECK(wasi_fd_allocate(file, UINT64_MAX, 1) != 0);
    CHECK(wasi_fd_allocate(file, 1ull << 62, 1ull << 62) != 0);
    CHECK(wasi_fd_filestat_set_size(file, UINT64_MAX) != 0);
    CHECK(wasi_fd_allocate(HERE, 0, 1) != 0);
    CHECK(wasi_fd_filestat_set_size(HERE, 1) != 0);
    CHECK(wasi_fd_filestat_set_size(1, 1) != 0);
    IS(wasi_fd_filestat_set_size(99, 1), EBADF_);
    OK(open_read(HERE, "size"));
    CHECK(wasi_fd_filestat_set_size(fd, 1) != 0);
    IS(wasi_fd_allocate(fd, 0, 1000), EBADF_);
    for (uint32_t advice = 0; advice < 6; advice++) OK(wasi_fd_advise(file, 0, 10, advice));
    OK(wasi_fd_advise(file, UINT64_MAX, UINT64_MAX, 0));
    IS(wasi_fd_advise(file, 0, 0, 6), EINVAL_);
    IS(wasi_fd_advise(file, 0, 0, 0xffffffff), EINVAL_);
    OK(wasi_fd_advise(1, 0, 0, 0));  // A pipe takes none, which changes nothing.
    IS(wasi_fd_advise(99, 0, 0, 0), EBADF_);
    OK(wasi_fd_filestat_get(file, stat));
    IS(stat_size(), 150);
}

static void prestat(void) {
    uint8_t record[12];
    memset(record, 0xff, sizeof record);
    OK(wasi_fd_prestat_get(HERE, record));
    IS(u32_at(record, 0), 0);
    IS(u32_at(record, 4), 4);
    IS(u32_at(record, 8), 0xffffffff);
    memset(text, 'x', 10);
    IS(wasi_fd_prestat_dir_name(HERE, text, 3), ENAMETOOLONG_);
    IS(text[0], 'x');
    OK(wasi_fd_prestat_dir_name(HERE, text, 4));
    CHECK(memcmp(text, "/dirx", 5) == 0);  // No NUL.
    OK(wasi_fd_prestat_dir_name(VIEW, text, 10));
    CHECK(memcmp(text, "/viewx", 6) == 0);
    IS(wasi_fd_prestat_dir_name(HERE, (void *)0xfffffffe, 4), EFAULT_);
    IS(wasi_fd_prestat_get(HERE, (void *)0xfffffffa), EFAULT_);
    OK(open_dir(HERE, "."));
    static const uint32_t others[] = {0, 1, 2, 5, 99, 0xffffffff};
    IS(fd > VIEW, 1);
    for (int i = 0; i < 6; i++) {
        IS(wasi_fd_prestat_get(others[i], record), EBADF_);
        IS(wasi_fd_prestat_dir_name(others[i], text, 10), EBADF_);
    }
    IS(wasi_fd_prestat_get(fd, record), EBADF_);
}

static void renumber_and_close(void) {
    OK(open_new(HERE, "a"));
    uint32_t a = fd;
    OK(open_new(HERE, "b"));
    uint32_t b = fd;
    OK(write_fd(a, "to a"));
    OK(wasi_fd_renumber(a, b));
    IS(wasi_fd_close(a), EBADF_);
    OK(write_fd(b, ", and more"));
    OK(read_path(HERE, "a"));
    CHECK(text_is("to a, and more"));
    OK(wasi_fd_renumber(b, b));
    IS(wasi_fd_renumber(b, a), EBADF_);
    IS(wasi_fd_renumber(99, 99), EBADF_);
    // The lowest free number is given, preopens' and standard ones too.
    OK(open_read(HERE, "a"));
    IS(fd, a);
    OK(wasi_fd_close(VIEW));
    OK(open_read(HERE, "a"));
    IS(fd, VIEW);
    OK(wasi_fd_close(0));
    OK(open_read(HERE, "b"));
    IS(fd, 0);
    OK(read_fd(0, 10));
    CHECK(moved == 0);
    OK(open_dir(HERE, "."));
    OK(wasi_fd_close(HERE));
    IS(open_read(HERE, "a"), EBADF_);
    IS(wasi_fd_prestat_get(HERE, text), EBADF_);
    uint32_t again = fd;
    IS(wasi_fd_renumber(again, HERE), EBADF_);  // Never to a closed one.
    OK(read_path(again, "a"));
}

int main(void) {
    fdstat();
    set_flags();
    set_rights();
    filestat();
    set_times();
    sizes();
    prestat();
    renumber_and_close();
    return report();
}
