// path_open, path_filestat_get, path_filestat_set_times, path_unlink_file. Run
// with grants of `.` as /dir (3) and, read-only, as /view (4).
#include "check.h"

enum { HERE = 3, VIEW = 4 };

static void access(void) {
    OK(write_path(HERE, "file", "content"));
    OK(open_with(HERE, "file", 0, 0, R_READ, 0));
    OK(read_fd(fd, 100));
    CHECK(text_is("content"));
    IS(write_fd(fd, "x"), EBADF_);
    OK(open_with(HERE, "file", 0, 0, R_WRITE, 0));
    OK(write_fd(fd, "C"));
    IS(read_fd(fd, 1), EBADF_);
    OK(open_with(HERE, "file", 0, 0, R_ALL, 0));
    OK(read_fd(fd, 1));
    OK(write_fd(fd, "O"));
    // Rights that say nothing of reading or writing, none at all, and those of
    // no version.
    OK(open_with(HERE, "file", 0, 0, 0, 0));
    OK(open_with(HERE, "file", 0, 0, R_SEEK, 0));
    OK(open_with(HERE, "rightless", 0, CREAT, 0, 0));
    OK(stat_path(HERE, "rightless", 0));
    OK(open_with(HERE, "file", 0, 0, UINT64_MAX, 0));
    OK(open_with(HERE, "file", 0, 0, R_READDIR, 0));
    OK(read_path(HERE, "file"));
    CHECK(text_is("COntent"));
}

static void creation(void) {
    IS(open_read(HERE, "missing"), ENOENT_);
    IS(open_with(HERE, "missing/file", 0, CREAT, R_WRITE, 0), ENOENT_);
    OK(open_with(HERE, "made", 0, CREAT | EXCL, R_WRITE, 0));
    OK(write_fd(fd, "made"));
    IS(open_with(HERE, "made", 0, CREAT | EXCL, R_WRITE, 0), EEXIST_);
    OK(open_with(HERE, "made", 0, CREAT, R_WRITE, 0));
    OK(read_path(HERE, "made"));
    CHECK(text_is("made"));
    OK(open_with(HERE, "made", 0, TRUNC, R_WRITE, 0));
    OK(stat_path(HERE, "made", 0));
    IS(stat_size(), 0);
    OK(write_path(HERE, "made", "again"));
    OK(open_with(HERE, "made", 0, CREAT | TRUNC, R_READ | R_WRITE, 0));
    OK(stat_path(HERE, "made", 0));
    IS(stat_size(), 0);
    IS(open_with(HERE, "made/", 0, CREAT, R_WRITE, 0), EISDIR_);
    IS(open_with(HERE, "new/", 0, CREAT, R_WRITE, 0), EISDIR_);
    IS(stat_path(HERE, "new", 0), ENOENT_);
    IS(open_with(HERE, ".", 0, CREAT | EXCL, R_WRITE, 0), EEXIST_);
}

static void directories(void) {
    OK(mkdir_at(HERE, "sub"));
    OK(open_with(HERE, "sub", 0, DIR_ONLY, R_READDIR, 0));
    OK(open_with(HERE, "sub", 0, 0, R_READ, 0));  // O_DIRECTORY is not needed,
    IS(open_with(HERE, "sub", 0, 0, R_READ | R_WRITE, 0), EISDIR_);  // but writing is refused.
    IS(open_with(HERE, "sub", 0, DIR_ONLY, R_READ | R_WRITE, 0), EISDIR_);
    IS(open_with(HERE, "sub", 0, TRUNC, R_WRITE, 0), EISDIR_);
    OK(open_with(HERE, "sub/", 0, 0, R_READ, 0));
    OK(open_with(HERE, ".", 0, DIR_ONLY, R_READDIR, 0));
    OK(open_with(HERE, "sub/..", 0, DIR_ONLY, R_READDIR, 0));
    OK(open_with(HERE, "sub/.", 0, 0, R_READDIR, 0));
    IS(open_with(HERE, "file", 0, DIR_ONLY, R_READ, 0), ENOTDIR_);
    static const uint32_t others[] = {CREAT, EXCL, TRUNC, CREAT | EXCL | TRUNC};
    for (int i = 0; i < 4; i++) {
        IS(open_with(HERE, "sub", 0, DIR_ONLY | others[i], R_READ, 0), EINVAL_);
        IS(open_with(HERE, "other", 0, DIR_ONLY | others[i], R_READ, 0), EINVAL_);
    }
    IS(stat_path(HERE, "other", 0), ENOENT_);
}

static void links(void) {
    OK(symlink_at("file", HERE, "link"));
    OK(symlink_at("sub", HERE, "dirlink"));
    OK(open_with(HERE, "link", FOLLOW, 0, R_READ, 0));
    IS(open_with(HERE, "link", 0, 0, R_READ, 0), ELOOP_);
    IS(open_with(HERE, "link", 0, CREAT, R_WRITE, 0), ELOOP_);
    IS(open_with(HERE, "link", FOLLOW, CREAT | EXCL, R_WRITE, 0), EEXIST_);
    OK(open_with(HERE, "dirlink", FOLLOW, DIR_ONLY, R_READDIR, 0));
    IS(open_with(HERE, "dirlink", 0, DIR_ONLY, R_READDIR, 0), ENOTDIR_);
    IS(open_with(HERE, "link", FOLLOW, DIR_ONLY, R_READDIR, 0), ENOTDIR_);
    OK(open_new(HERE, "dirlink/file"));
    OK(stat_path(HERE, "sub/file", 0));
    OK(stat_path(HERE, "link", 0));
    IS(stat_type(), SYMBOLIC_LINK);
    IS(stat_size(), 4);
    OK(stat_path(HERE, "link", FOLLOW));
    IS(stat_type(), REGULAR_FILE);
    OK(stat_path(HERE, "dirlink", 0));
    IS(stat_type(), SYMBOLIC_LINK);
    OK(stat_path(HERE, "dirlink/", 0));  // The slash follows by itself.
    IS(stat_type(), DIRECTORY);
    IS(stat_path(HERE, "link/", 0), ENOTDIR_);
}

static void flags(void) {
    IS(open_with(HERE, "file", 2, 0, R_READ, 0), EINVAL_);
    IS(open_with(HERE, "file", 0xffffffff, 0, R_READ, 0), EINVAL_);
    IS(open_with(HERE, "file", 0, 16, R_READ, 0), EINVAL_);
    IS(open_with(HERE, "file", 0, 0, R_READ, 32), EINVAL_);
    IS(open_with(HERE, "file", 0, 0, R_READ, 0x10000), EINVAL_);
    IS(stat_path(HERE, "file", 2), EINVAL_);
    IS(times_at(HERE, "file", 2), EINVAL_);
    static const uint32_t fdflags[] = {APPEND, DSYNC, NONBLOCK, RSYNC, SYNC, 31};
    for (int i = 0; i < 6; i++) OK(open_with(HERE, "file", 0, 0, R_WRITE, fdflags[i]));
    OK(open_with(HERE, "file", 0, EXCL, R_READ, 0));  // Means something with CREAT only.
}

static void numbers(void) {
    uint32_t first, second;
    OK(open_read(HERE, "file"));
    first = fd;
    OK(open_read(HERE, "file"));
    second = fd;
    IS(second, first + 1);
    OK(wasi_fd_close(first));
    OK(open_read(HERE, "file"));
    IS(fd, first);  // The lowest that is free.
    OK(wasi_fd_close(first));
    IS(open_read(HERE, "missing"), ENOENT_);
    OK(open_read(HERE, "file"));
    IS(fd, first);
    IS(wasi_path_open(HERE, 0, P("file"), 0, R_READ, 0, 0, (void *)0xfffffffe), EFAULT_);
    IS(wasi_path_open(HERE, 0, P("never"), CREAT, R_READ, 0, 0, (void *)0xfffffffe), EFAULT_);
    IS(stat_path(HERE, "never", 0), ENOENT_);
    IS(wasi_path_open(HERE, 0, (void *)0xfffffffe, 4, 0, R_READ, 0, 0, &fd), EFAULT_);
    OK(open_read(HERE, "file"));
    IS(fd, second + 1);
}

static void names(void) {
    // Bytes, not text.
    OK(write_path(HERE, "\xff\xfe\x80", "bytes"));
    OK(read_path(HERE, "\xff\xfe\x80"));
    OK(write_path(HERE, "new\nline", "x"));
    OK(stat_path(HERE, "new\nline", 0));
    IS(open_read(HERE, ""), ENOENT_);
    IS(stat_path(HERE, "", FOLLOW), ENOENT_);
    OK(stat_path(HERE, "././/sub//./file", 0));
    IS(open_read(99, "file"), EBADF_);
    IS(stat_path(99, "file", 0), EBADF_);
    IS(open_read(0xffffffff, "file"), EBADF_);
    IS(open_read(0, "file"), ENOTDIR_);
}

static void statuses(void) {
    OK(wasi_path_filestat_set_times(HERE, 0, P("file"), 3, 4, ATIM | MTIM));
    OK(stat_path(HERE, "file", 0));
    IS(u64_at(stat, 40), 3);
    IS(u64_at(stat, 48), 4);
    IS(wasi_path_filestat_set_times(HERE, 0, P("file"), 1, 1, ATIM | ATIM_NOW), EINVAL_);
    IS(wasi_path_filestat_set_times(HERE, 0, P("file"), 1, 1, MTIM | MTIM_NOW), EINVAL_);
    IS(wasi_path_filestat_set_times(HERE, 0, P("file"), 1, 1, 16), EINVAL_);
    OK(wasi_path_filestat_set_times(HERE, 0, P("file"), 0, (uint64_t)-1, MTIM));
    OK(stat_path(HERE, "file", 0));
    IS(u64_at(stat, 40), 3);
    IS(u64_at(stat, 48), (uint64_t)-1);
    // The link's own times, or those of what it leads to.
    OK(wasi_path_filestat_set_times(HERE, 0, P("link"), 7, 7, ATIM | MTIM));
    OK(stat_path(HERE, "link", 0));
    IS(u64_at(stat, 48), 7);
    OK(stat_path(HERE, "link", FOLLOW));
    IS(u64_at(stat, 48), (uint64_t)-1);
    OK(wasi_path_filestat_set_times(HERE, FOLLOW, P("link"), 8, 8, ATIM | MTIM));
    OK(stat_path(HERE, "file", 0));
    IS(u64_at(stat, 48), 8);
    IS(times_at(HERE, "missing", 0), ENOENT_);
    IS(times_at(HERE, "file/", 0), ENOTDIR_);
    IS(times_at(VIEW, "file", 0), EROFS_);
    IS(times_at(99, "file", 0), EBADF_);
    IS(wasi_path_filestat_get(HERE, 0, P("file"), (void *)0xffffffd0), EFAULT_);
}

static void unlinking(void) {
    OK(open_read(HERE, "file"));
    IS(unlink_at(HERE, "sub"), EISDIR_);
    IS(unlink_at(HERE, "sub/"), EISDIR_);
    IS(unlink_at(HERE, "file/"), ENOTDIR_);
    IS(unlink_at(HERE, "missing"), ENOENT_);
    IS(unlink_at(HERE, "missing/"), ENOENT_);
    CHECK(unlink_at(HERE, ".") != 0);
    OK(unlink_at(HERE, "dirlink"));
    OK(unlink_at(HERE, "link"));
    OK(unlink_at(HERE, "file"));
    OK(read_fd(fd, 100));
    CHECK(text_is("COntent"));
    OK(wasi_fd_filestat_get(fd, stat));
    IS(u64_at(stat, 24), 0);
    IS(open_read(HERE, "file"), ENOENT_);
    IS(unlink_at(99, "x"), EBADF_);
    IS(unlink_at(VIEW, "made"), EROFS_);
}

int main(void) {
    access();
    creation();
    directories();
    links();
    flags();
    numbers();
    names();
    statuses();
    unlinking();
    return report();
}
