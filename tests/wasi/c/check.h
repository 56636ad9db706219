// What the guests share that make WASI's calls themselves: the calls in the form
// that most checks want.
#pragma once

#include "check_only.h"
#include "wasi.h"

typedef struct {
    uint32_t at, len;
} iovec;

static inline iovec span(const void *at, uint32_t len) { return (iovec){(uint32_t)(uintptr_t)at, len}; }

// A path and its length, as path calls take them.
#define P(path) (path), (uint32_t)strlen(path)

// Of the record at `at`.
static inline uint8_t u8_at(const void *at, int offset) { return ((const uint8_t *)at)[offset]; }
static inline uint16_t u16_at(const void *at, int offset) {
    uint16_t value;
    memcpy(&value, (const char *)at + offset, sizeof value);
    return value;
}
static inline uint32_t u32_at(const void *at, int offset) {
    uint32_t value;
    memcpy(&value, (const char *)at + offset, sizeof value);
    return value;
}
static inline uint64_t u64_at(const void *at, int offset) {
    uint64_t value;
    memcpy(&value, (const char *)at + offset, sizeof value);
    return value;
}

__attribute__((unused)) static uint32_t fd;  // What the last call that opens gave.

static inline uint32_t open_with(uint32_t dir, const char *path, uint32_t lookup, uint32_t oflags,
                                 uint64_t rights, uint32_t fdflags) {
    return wasi_path_open(dir, lookup, P(path), oflags, rights, 0, fdflags, &fd);
}
static inline uint32_t open_read(uint32_t dir, const char *path) {
    return open_with(dir, path, FOLLOW, 0, R_READ | R_READDIR, 0);
}
static inline uint32_t open_write(uint32_t dir, const char *path) {
    return open_with(dir, path, FOLLOW, 0, R_WRITE, 0);
}
static inline uint32_t open_new(uint32_t dir, const char *path) {
    return open_with(dir, path, FOLLOW, CREAT, R_READ | R_WRITE, 0);
}
static inline uint32_t open_dir(uint32_t dir, const char *path) {
    return open_with(dir, path, FOLLOW, DIR_ONLY, R_READDIR, 0);
}

__attribute__((unused)) static uint8_t stat[64];  // What the last call that asks for a status gave.

static inline uint32_t stat_path(uint32_t dir, const char *path, uint32_t lookup) {
    return wasi_path_filestat_get(dir, lookup, P(path), stat);
}
static inline uint8_t stat_type(void) { return u8_at(stat, 16); }
static inline uint64_t stat_size(void) { return u64_at(stat, 32); }

__attribute__((unused)) static char text[65536];  // What the last call that reads gave.
__attribute__((unused)) static uint32_t moved;    // How many bytes that or a write was.

static inline uint32_t read_fd(uint32_t from, uint32_t len) {
    iovec to = span(text, len);
    return wasi_fd_read(from, &to, 1, &moved);
}
static inline uint32_t write_fd(uint32_t to, const char *bytes) {
    iovec from = span(P(bytes));
    return wasi_fd_write(to, &from, 1, &moved);
}
static inline bool text_is(const char *expected) {
    return moved == strlen(expected) && memcmp(text, expected, moved) == 0;
}

// Opens, reads and closes; on success `text` and `moved` are the content.
static inline uint32_t read_path(uint32_t dir, const char *path) {
    uint32_t errno_ = open_read(dir, path);
    if (errno_) return errno_;
    errno_ = read_fd(fd, sizeof text);
    return wasi_fd_close(fd) ? 1000 : errno_;
}
// Opens, writes and closes.
static inline uint32_t write_path(uint32_t dir, const char *path, const char *bytes) {
    uint32_t errno_ = open_new(dir, path);
    if (errno_) return errno_;
    errno_ = write_fd(fd, bytes);
    return wasi_fd_close(fd) ? 1000 : errno_;
}

static inline uint32_t mkdir_at(uint32_t dir, const char *path) {
    return wasi_path_create_directory(dir, P(path));
}
static inline uint32_t rmdir_at(uint32_t dir, const char *path) {
    return wasi_path_remove_directory(dir, P(path));
}
static inline uint32_t unlink_at(uint32_t dir, const char *path) {
    return wasi_path_unlink_file(dir, P(path));
}
static inline uint32_t symlink_at(const char *target, uint32_t dir, const char *path) {
    return wasi_path_symlink(P(target), dir, P(path));
}
static inline uint32_t link_at(uint32_t from, const char *source, uint32_t to, const char *path) {
    return wasi_path_link(from, 0, P(source), to, P(path));
}
static inline uint32_t rename_at(uint32_t from, const char *source, uint32_t to, const char *path) {
    return wasi_path_rename(from, P(source), to, P(path));
}
static inline uint32_t readlink_at(uint32_t dir, const char *path, uint32_t room) {
    return wasi_path_readlink(dir, P(path), text, room, &moved);
}
static inline uint32_t times_at(uint32_t dir, const char *path, uint32_t lookup) {
    return wasi_path_filestat_set_times(dir, lookup, P(path), 1, 1, ATIM | MTIM);
}
