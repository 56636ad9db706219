// The attacks of attacks.c that need no link: paths, moves, numbers, lengths.

#include <fcntl.h>
#include <unistd.h>

static void dots(void) {
    OK(read_path(GRANT, "sub/../file"));
    OK(read_path(GRANT, "./sub/.././sub/file"));
    static const char *const paths[] = {
        "..",           "../",       "../outside/secret", "sub/../../outside/secret", "sub/../..",
        "../grant/file", "in/../../secret", "sub/up/..",
    };
    for (int i = 0; i < 8; i++) {
        IS(open_read(GRANT, paths[i]), EPERM_);
        IS(stat_path(GRANT, paths[i], FOLLOW), EPERM_);
        IS(stat_path(GRANT, paths[i], 0), EPERM_);
    }
    IS(mkdir_at(GRANT, "../new"), EPERM_);
    IS(rename_at(GRANT, "file", GRANT, "../file"), EPERM_);
    IS(rename_at(GRANT, "file", INNER, "../file"), EPERM_);
    OK(open_dir(GRANT, "sub"));
    IS(open_read(fd, "../file"), EPERM_);
    for (int i = 0; i < 300; i++) memcpy(text + 3 * i, "../", 4);
    IS(open_read(GRANT, text), EPERM_);
    // From below, up and beyond.
    for (int i = 0; i < 300; i++) memcpy(text + 7 * i, "sub/../", 8);
    strcat(text, "../secret");
    IS(open_read(GRANT, text), EPERM_);
}

static void absolute_path(void) {
    OK(read_path(GRANT, "file"));
    static const char *const paths[] = {"/", "/etc/passwd", "//etc/passwd", "/grant/file", "/."};
    for (int i = 0; i < 5; i++) {
        IS(open_read(GRANT, paths[i]), EPERM_);
        IS(stat_path(GRANT, paths[i], 0), EPERM_);
        IS(mkdir_at(GRANT, paths[i]), EPERM_);
        IS(rename_at(GRANT, "file", GRANT, paths[i]), EPERM_);
        IS(readlink_at(GRANT, paths[i], 10), EPERM_);
    }
}

// A directory beside the grant whose name begins as the grant's does.
static void prefix(void) {
    int file = open("/grant/file", O_RDONLY);
    CHECK(file >= 0 && read(file, text, 6) == 6);
    CHECK(open("/grantfoo/secret", O_RDONLY) < 0);
    CHECK(open("/grant/../grantfoo/secret", O_RDONLY) < 0);
    IS(open_read(GRANT, "../grantfoo/secret"), EPERM_);
    CHECK(open("/outside/secret", O_RDONLY) < 0);
    CHECK(open("/secret", O_RDONLY) < 0);
}

static void nul(void) {
    OK(wasi_path_filestat_get(GRANT, 0, "file\0x", 4, stat));
    IS(wasi_path_filestat_get(GRANT, 0, "file\0x", 5, stat), EINVAL_);
    IS(wasi_path_filestat_get(GRANT, 0, "file\0x", 6, stat), EINVAL_);
    IS(wasi_path_filestat_get(GRANT, 0, "\0", 1, stat), EINVAL_);
    IS(wasi_path_open(GRANT, 0, "out\0/x", 6, 0, R_READ, 0, 0, &fd), EINVAL_);
    IS(wasi_path_symlink("a\0b", 3, GRANT, P("new")), EINVAL_);
    IS(wasi_path_rename(GRANT, "file\0", 5, GRANT, P("new")), EINVAL_);
    IS(wasi_path_filestat_get(GRANT, 0, "", 0, stat), ENOENT_);
}

static void long_path(void) {
    for (int i = 0; i < 580; i++) memcpy(text + 7 * i, "sub/../", 8);
    strcat(text, "file");
    CHECK(strlen(text) < 4096);
    OK(stat_path(GRANT, text, FOLLOW));
    memset(text, 'n', sizeof text);
    OK(wasi_path_create_directory(GRANT, text, 255));
    static const uint32_t lengths[] = {256, 4095, 4096, 4097, 65535, sizeof text};
    for (int i = 0; i < 6; i++) {
        IS(wasi_path_filestat_get(GRANT, FOLLOW, text, lengths[i], stat), ENAMETOOLONG_);
        IS(wasi_path_open(GRANT, 0, text, lengths[i], CREAT, R_WRITE, 0, 0, &fd), ENAMETOOLONG_);
        IS(wasi_path_symlink(P("x"), GRANT, text, lengths[i]), ENAMETOOLONG_);
    }
    IS(wasi_path_filestat_get(GRANT, 0, text, 0xffffffff, stat), EFAULT_);
    for (int i = 0; i < 600; i++) memcpy(text + 7 * i, "sub/../", 8);
    IS(stat_path(GRANT, text, FOLLOW), ENAMETOOLONG_);
}

// An open directory leaves the tree that it was opened in: `..` in it must not
// lead to where it went. The guest can do that itself where grants overlap.
static void moved_out(void) {
    OK(mkdir_at(INNER, "dir"));
    OK(mkdir_at(INNER, "dir/deep"));
    OK(open_dir(INNER, "dir"));
    uint32_t dir = fd;
    OK(open_dir(INNER, "dir/deep"));
    uint32_t deep = fd;
    OK(stat_path(dir, "deep/..", FOLLOW));
    OK(rename_at(GRANT, "inner/dir", GRANT, "dir"));
    IS(stat_path(INNER, "dir", 0), ENOENT_);
    IS(stat_path(dir, "..", FOLLOW), EPERM_);
    IS(open_read(dir, "../file"), EPERM_);
    OK(rename_at(GRANT, "dir/deep", GRANT, "deep"));
    IS(open_read(deep, "../file"), EPERM_);
    IS(open_read(deep, "../../secret"), EPERM_);
    OK(open_new(deep, "still-a-directory"));
}

// Opening does not wait for the other end where that was asked for.
static void fifo(void) {
    OK(open_with(GRANT, "file", 0, 0, R_READ, NONBLOCK));
    OK(open_with(GRANT, "fifo", 0, 0, R_READ, NONBLOCK));
    uint32_t reader = fd;
    OK(wasi_fd_filestat_get(reader, stat));
    CHECK(stat_type() == UNKNOWN);
    OK(read_fd(reader, 10));
    CHECK(moved == 0);
    OK(open_with(GRANT, "fifo", 0, 0, R_WRITE, NONBLOCK));
    IS(read_fd(reader, 10), EAGAIN_);
    OK(write_fd(fd, "through"));
    OK(read_fd(reader, 10));
    CHECK(text_is("through"));
    uint64_t position;
    IS(wasi_fd_seek(reader, 0, CUR, &position), ESPIPE_);
    IS(wasi_fd_tell(reader, &position), ESPIPE_);
    iovec to = span(text, 1);
    IS(wasi_fd_pread(reader, &to, 1, 0, &moved), ESPIPE_);
    OK(wasi_fd_close(reader));
    IS(write_fd(fd, "nobody"), EPIPE_);
    IS(open_with(GRANT, "fifo", 0, 0, R_WRITE, NONBLOCK), ENXIO_);
}

// GHSA-3p27-qvp9-27qf, CVE-2025-53901. The harness sets the limit of open files
// to 64, so a leak ends this.
static void renumber_leak(void) {
    OK(open_read(GRANT, "file"));
    uint32_t target = fd;
    for (int i = 0; i < 1000; i++) {
        if (!OK(open_read(GRANT, "sub/file")) || !OK(wasi_fd_renumber(fd, target))) return;
    }
    OK(read_fd(target, 100));
    CHECK(text_is("inside sub"));
    IS(wasi_fd_close(fd), EBADF_);
}

static void renumber_anything(void) {
    OK(open_read(GRANT, "file"));
    uint32_t file = fd;
    static const uint32_t closed[] = {100, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff};
    for (int i = 0; i < 6; i++) {
        IS(wasi_fd_renumber(file, closed[i]), EBADF_);
        IS(wasi_fd_renumber(closed[i], file), EBADF_);
        IS(wasi_fd_renumber(closed[i], closed[i]), EBADF_);
    }
    for (uint32_t open = 0; open <= KEPT; open++) OK(wasi_fd_renumber(open, open));
    // Over a preopen: its number is a file's now.
    OK(wasi_fd_renumber(file, KEPT));
    IS(wasi_fd_close(file), EBADF_);
    IS(wasi_fd_prestat_get(KEPT, text), EBADF_);
    OK(read_fd(KEPT, 100));
    CHECK(text_is("inside"));
    // Over standard input, and a preopen to another number.
    OK(open_read(GRANT, "sub/file"));
    OK(wasi_fd_renumber(fd, 0));
    OK(read_fd(0, 100));
    CHECK(text_is("inside sub"));
    OK(wasi_fd_renumber(INNER, 0));
    OK(read_path(0, "file"));
    IS(open_read(INNER, "file"), EBADF_);
}

// The harness sets the limit of open files to 64.
static void too_many_descriptors(void) {
    uint32_t errno_ = 0, opened = 0;
    while (opened < 1000 && (errno_ = open_read(GRANT, "file")) == 0) opened++;
    IS(errno_, EMFILE_);
    CHECK(opened > 30 && opened < 64);
    OK(wasi_fd_close(fd));
    OK(open_read(GRANT, "file"));
    CHECK(stat_path(GRANT, "sub/../sub/file", FOLLOW) != 0 || stat_size() == 10);
}

// CVE-2026-27204: nothing grows with what the guest says, and no call takes
// what is not all there.
static void huge_lengths(void) {
    OK(wasi_random_get(text, sizeof text));
    OK(wasi_random_get(text, 0));
    IS(wasi_random_get(text, 0xffffffff), EFAULT_);
    IS(wasi_random_get((void *)0xffffffff, 2), EFAULT_);
    OK(open_read(GRANT, "file"));
    iovec one = span(text, 0xffffffff);
    IS(wasi_fd_read(fd, &one, 1, &moved), EFAULT_);
    IS(wasi_fd_pread(fd, &one, 1, 0, &moved), EFAULT_);
    IS(wasi_fd_write(1, &one, 1, &moved), EFAULT_);
    IS(wasi_fd_read(fd, &one, 0xffffffff, &moved), EFAULT_);
    // More buffers than the kernel takes: as many as it does.
    static iovec many[5000];
    for (int i = 0; i < 5000; i++) many[i] = span(text + i, 1);
    OK(wasi_fd_read(fd, many, 5000, &moved));
    CHECK(text_is("inside"));
    IS(wasi_fd_readdir(GRANT, text, 0xffffffff, 0, &moved), EFAULT_);
    IS(wasi_path_readlink(GRANT, P("good"), text, 0xffffffff, &moved), EFAULT_);
    static const uint32_t huge[] = {65536, 0x7fffffff, 0x80000000, 0xffffffff};
    for (int i = 0; i < 4; i++) {
        IS(read_fd(huge[i], 1), EBADF_);
        IS(wasi_fd_close(huge[i]), EBADF_);
        IS(open_read(huge[i], "file"), EBADF_);
        CHECK(wasi_poll_oneoff(text, text, huge[i], &moved) != 0);
        OK(read_path(GRANT, "file"));
    }
}

// 8 * 0x20000001, 48 * 0x05555556 and 32 * 0x08000001 are small modulo 2^32.
static void wrapping_counts(void) {
    static iovec buffers[2];
    buffers[0] = span(text, 4);
    OK(open_read(GRANT, "file"));
    OK(wasi_fd_read(fd, buffers, 1, &moved));
    IS(wasi_fd_read(fd, buffers, 0x20000001, &moved), EFAULT_);
    IS(wasi_fd_pread(fd, buffers, 0x20000001, 0, &moved), EFAULT_);
    IS(wasi_fd_write(1, buffers, 0x20000001, &moved), EFAULT_);
    IS(wasi_fd_pwrite(fd, buffers, 0x20000001, 0, &moved), EBADF_);
    static char subscription[48], event[64];
    OK(wasi_poll_oneoff(subscription, event, 1, &moved));
    CHECK(wasi_poll_oneoff(subscription, event, 0x05555556, &moved) != 0);
    CHECK(wasi_poll_oneoff(subscription, event, 0x08000001, &moved) != 0);
    OK(wasi_random_get(text, 16));
    IS(wasi_random_get(text, 0u - (uint32_t)(uintptr_t)text), EFAULT_);
}

// Results that lie over one another or over what is read: any outcome, but for
// the process's end or a byte elsewhere.
static void overlapping_results(void) {
    static struct { uint32_t before, in[4], after; } area;
    area.before = area.after = 0x5a5a5a5a;
    OK(open_read(GRANT, "file"));
    area.in[0] = (uint32_t)(uintptr_t)text, area.in[1] = 4;
    OK(wasi_fd_read(fd, area.in, 1, area.in));
    IS(area.in[0], 4);
    area.in[0] = (uint32_t)(uintptr_t)&area.in[0], area.in[1] = 8;
    wasi_fd_read(fd, area.in, 1, &area.in[1]);
    OK(wasi_args_sizes_get(area.in, area.in));
    OK(wasi_environ_sizes_get((char *)area.in + 1, (char *)area.in + 3));
    memcpy(area.in, "file", 4);
    OK(wasi_path_open(GRANT, 0, area.in, 4, 0, R_READ, 0, 0, area.in));
    OK(wasi_fd_close(area.in[0]));
    static char poll[48];
    memset(poll, 0, sizeof poll);
    OK(wasi_poll_oneoff(poll, poll, 1, poll + 4));
    wasi_fd_readdir(GRANT, area.in, 16, 0, area.in);
    CHECK(area.before == 0x5a5a5a5a && area.after == 0x5a5a5a5a);
}

static void file_as_directory(void) {
    OK(open_dir(GRANT, "sub"));
    OK(read_path(fd, "file"));
    OK(open_read(GRANT, "file"));
    uint32_t file = fd;
    IS(open_read(file, "x"), ENOTDIR_);
    IS(stat_path(file, ".", 0), ENOTDIR_);
    IS(mkdir_at(file, "x"), ENOTDIR_);
    IS(mkdir_at(0, "x"), ENOTDIR_);
    IS(open_read(GRANT, "file/x"), ENOTDIR_);
    IS(open_read(GRANT, "file/../sub/file"), ENOTDIR_);
    IS(open_read(GRANT, "file/"), ENOTDIR_);
    IS(unlink_at(GRANT, "file/"), ENOTDIR_);
}
