// All 46 functions of WASI preview1 as they are imported: lengths, flags and
// pointers as they are, where a C library would check or hide them.
#pragma once

#include <stdint.h>

typedef const void *in;
typedef void *out;

#define WASI(name) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t wasi_##name

WASI(args_get)(out argv, out buffer);
WASI(args_sizes_get)(out count, out bytes);
WASI(clock_res_get)(uint32_t clock, out resolution);
WASI(clock_time_get)(uint32_t clock, uint64_t precision, out time);
WASI(environ_get)(out environ, out buffer);
WASI(environ_sizes_get)(out count, out bytes);
WASI(fd_advise)(uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice);
WASI(fd_allocate)(uint32_t fd, uint64_t offset, uint64_t len);
WASI(fd_close)(uint32_t fd);
WASI(fd_datasync)(uint32_t fd);
WASI(fd_fdstat_get)(uint32_t fd, out stat);
WASI(fd_fdstat_set_flags)(uint32_t fd, uint32_t flags);
WASI(fd_fdstat_set_rights)(uint32_t fd, uint64_t base, uint64_t inheriting);
WASI(fd_filestat_get)(uint32_t fd, out stat);
WASI(fd_filestat_set_size)(uint32_t fd, uint64_t size);
WASI(fd_filestat_set_times)(uint32_t fd, uint64_t accessed, uint64_t modified, uint32_t flags);
WASI(fd_pread)(uint32_t fd, in iovecs, uint32_t count, uint64_t offset, out read);
WASI(fd_prestat_dir_name)(uint32_t fd, out buffer, uint32_t len);
WASI(fd_prestat_get)(uint32_t fd, out prestat);
WASI(fd_pwrite)(uint32_t fd, in iovecs, uint32_t count, uint64_t offset, out written);
WASI(fd_read)(uint32_t fd, in iovecs, uint32_t count, out read);
WASI(fd_readdir)(uint32_t fd, out buffer, uint32_t len, uint64_t cookie, out used);
WASI(fd_renumber)(uint32_t from, uint32_t to);
WASI(fd_seek)(uint32_t fd, int64_t offset, uint32_t whence, out position);
WASI(fd_sync)(uint32_t fd);
WASI(fd_tell)(uint32_t fd, out position);
WASI(fd_write)(uint32_t fd, in iovecs, uint32_t count, out written);
WASI(path_create_directory)(uint32_t fd, in path, uint32_t len);
WASI(path_filestat_get)(uint32_t fd, uint32_t lookup, in path, uint32_t len, out stat);
WASI(path_filestat_set_times)(uint32_t fd, uint32_t lookup, in path, uint32_t len, uint64_t accessed,
                              uint64_t modified, uint32_t flags);
WASI(path_link)(uint32_t from_fd, uint32_t lookup, in from, uint32_t from_len, uint32_t to_fd, in to,
                uint32_t to_len);
WASI(path_open)(uint32_t fd, uint32_t lookup, in path, uint32_t len, uint32_t oflags, uint64_t base,
                uint64_t inheriting, uint32_t fdflags, out opened);
WASI(path_readlink)(uint32_t fd, in path, uint32_t len, out buffer, uint32_t buffer_len, out used);
WASI(path_remove_directory)(uint32_t fd, in path, uint32_t len);
WASI(path_rename)(uint32_t from_fd, in from, uint32_t from_len, uint32_t to_fd, in to, uint32_t to_len);
WASI(path_symlink)(in target, uint32_t target_len, uint32_t fd, in path, uint32_t len);
WASI(path_unlink_file)(uint32_t fd, in path, uint32_t len);
WASI(poll_oneoff)(in subscriptions, out events, uint32_t count, out stored);
// Does not return; declared without that so that all have one form.
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) void wasi_proc_exit(
    uint32_t code);
WASI(proc_raise)(uint32_t signal);
WASI(random_get)(out buffer, uint32_t len);
WASI(sched_yield)(void);
WASI(sock_accept)(uint32_t fd, uint32_t flags, out accepted);
WASI(sock_recv)(uint32_t fd, in iovecs, uint32_t count, uint32_t flags, out received, out out_flags);
WASI(sock_send)(uint32_t fd, in iovecs, uint32_t count, uint32_t flags, out sent);
WASI(sock_shutdown)(uint32_t fd, uint32_t how);

enum {
    EACCES_ = 2, EAGAIN_ = 6, EBADF_ = 8, EEXIST_ = 20, EFAULT_ = 21, EFBIG_ = 22, EINVAL_ = 28,
    EISDIR_ = 31, ELOOP_ = 32, EMFILE_ = 33, ENAMETOOLONG_ = 37, ENOENT_ = 44, ENOTDIR_ = 54,
    ENOTEMPTY_ = 55, ENOTSOCK_ = 57, ENOTSUP_ = 58, ENXIO_ = 60, EPERM_ = 63, EPIPE_ = 64, EROFS_ = 69,
    ESPIPE_ = 70, ERRNO_LAST = 76,
};

enum { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM,
       SYMBOLIC_LINK };
enum { CREAT = 1, DIR_ONLY = 2, EXCL = 4, TRUNC = 8 };
enum { APPEND = 1, DSYNC = 2, NONBLOCK = 4, RSYNC = 8, SYNC = 16 };
enum { FOLLOW = 1 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { SET = 0, CUR = 1, END = 2 };

#define R_READ (1ull << 1)
#define R_SEEK (1ull << 2)
#define R_TELL (1ull << 5)
#define R_WRITE (1ull << 6)
#define R_READDIR (1ull << 14)
#define R_SET_SIZE (1ull << 22)
#define R_ALL ((1ull << 30) - 1)
