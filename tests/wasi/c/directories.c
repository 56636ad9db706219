// fd_readdir, path_create_directory, path_remove_directory. Run with a grant of
// `.` as /dir (3), which holds `many/` with 200 files of names of 1 to 200
// bytes, `kinds/` with a file, a directory, a link and a FIFO, and nothing else.
#include "check.h"

enum { HERE = 3, HEAD_BYTES = 24 };

static uint32_t many;
static char seen[200];

// Reads the directory with `room` bytes a call, as C libraries do: until a call
// leaves room. Each name is checked to be there once.
static void list(uint32_t room) {
    uint64_t cookie = 0;
    uint32_t dots = 0, used = 0;
    memset(seen, 0, sizeof seen);
    do {
        memset(text, 0xee, room + 1);
        if (!OK(wasi_fd_readdir(many, text, room, cookie, &used))) return;
        CHECK(used <= room && (uint8_t)text[room] == 0xee);
        uint32_t at = 0;
        while (used - at >= HEAD_BYTES) {
            uint32_t len = u32_at(text, at + 16);
            if (used - at - HEAD_BYTES < len) break;
            const char *name = text + at + HEAD_BYTES;
            if (name[0] == '.') {
                CHECK(u8_at(text, at + 20) == DIRECTORY);
                dots++;
            } else if (CHECK(len >= 1 && len <= 200)) {
                CHECK(u8_at(text, at + 20) == REGULAR_FILE);
                seen[len - 1]++;
            }
            cookie = u64_at(text, at);
            at += HEAD_BYTES + len;
        }
        // A buffer that is not filled means the end.
        CHECK(at > 0 || used < room);
    } while (used == room);
    IS(dots, 2);
    for (int i = 0; i < 200; i++) if (!IS(seen[i], 1)) return;
}

static void entries(void) {
    OK(open_dir(HERE, "many"));
    many = fd;
    static const uint32_t rooms[] = {226, 300, 1000, 4096, 32768, 65535};
    for (int i = 0; i < 6; i++) list(rooms[i]);
    // Cut at every length: the same bytes.
    static char whole[2048];
    uint32_t used;
    OK(wasi_fd_readdir(many, whole, sizeof whole, 0, &used));
    IS(used, sizeof whole);
    for (uint32_t room = 0; room < sizeof whole; room += 7) {
        OK(wasi_fd_readdir(many, text, room, 0, &used));
        if (!IS(used, room) || !CHECK(memcmp(text, whole, room) == 0)) return;
    }
    // From any entry on.
    uint32_t second = HEAD_BYTES + u32_at(whole, 16);
    OK(wasi_fd_readdir(many, text, 100, u64_at(whole, 0), &used));
    CHECK(memcmp(text, whole + second, 100) == 0);
    IS(wasi_fd_readdir(many, (void *)0xffffff00, 300, 0, &used), EFAULT_);
    IS(wasi_fd_readdir(many, text, 300, 0, (void *)0xfffffffe), EFAULT_);
}

static void kinds(void) {
    OK(open_dir(HERE, "kinds"));
    uint32_t used = 0, found = 0, dir = fd;
    OK(wasi_fd_readdir(dir, text, sizeof text, 0, &used));
    OK(wasi_fd_filestat_get(HERE, stat));
    uint64_t parent = u64_at(stat, 8);
    for (uint32_t at = 0; at < used; at += HEAD_BYTES + u32_at(text, at + 16)) {
        char name[32] = {0};
        memcpy(name, text + at + HEAD_BYTES, u32_at(text, at + 16));
        if (strcmp(name, "..") == 0) {
            IS(u64_at(text, at + 8), parent);
            continue;
        }
        OK(stat_path(dir, name, 0));
        IS(u64_at(text, at + 8), u64_at(stat, 8));
        IS(u8_at(text, at + 20), stat_type());
        uint8_t type = stat_type();
        if (strcmp(name, "file") == 0) found += type == REGULAR_FILE;
        if (strcmp(name, "dir") == 0) found += type == DIRECTORY;
        if (strcmp(name, "link") == 0) found += type == SYMBOLIC_LINK;
        if (strcmp(name, "fifo") == 0) found += type == UNKNOWN;
    }
    IS(found, 4);
}

// What is above a grant is not the guest's to know.
static void hidden_parent(void) {
    OK(open_dir(HERE, "."));
    for (uint32_t dir = HERE; dir <= fd; dir += fd - HERE) {
        uint32_t used = 0, found = 0;
        OK(wasi_fd_filestat_get(dir, stat));
        OK(wasi_fd_readdir(dir, text, sizeof text, 0, &used));
        for (uint32_t at = 0; at < used; at += HEAD_BYTES + u32_at(text, at + 16)) {
            if (u8_at(text, at + HEAD_BYTES) != '.') continue;
            IS(u64_at(text, at + 8), u64_at(stat, 8));
            found++;
        }
        IS(found, 2);
    }
}

static void made_and_removed(void) {
    OK(mkdir_at(HERE, "new"));
    IS(mkdir_at(HERE, "new"), EEXIST_);
    OK(mkdir_at(HERE, "new/sub/"));
    IS(mkdir_at(HERE, "missing/sub"), ENOENT_);
    IS(mkdir_at(HERE, "."), EEXIST_);
    IS(mkdir_at(HERE, ""), ENOENT_);
    OK(write_path(HERE, "new/file", "x"));
    IS(mkdir_at(HERE, "new/file"), EEXIST_);
    IS(mkdir_at(HERE, "new/file/sub"), ENOTDIR_);
    IS(rmdir_at(HERE, "new"), ENOTEMPTY_);
    IS(rmdir_at(HERE, "new/file"), ENOTDIR_);
    IS(rmdir_at(HERE, "new/missing"), ENOENT_);
    IS(rmdir_at(HERE, "new/sub/."), EINVAL_);
    OK(symlink_at("sub", HERE, "new/link"));
    IS(rmdir_at(HERE, "new/link"), ENOTDIR_);
    OK(rmdir_at(HERE, "new/sub/"));
    OK(unlink_at(HERE, "new/file"));
    OK(unlink_at(HERE, "new/link"));
    OK(rmdir_at(HERE, "new"));
    IS(stat_path(HERE, "new", 0), ENOENT_);
    IS(mkdir_at(99, "x"), EBADF_);
    IS(rmdir_at(99, "x"), EBADF_);
    // A directory that is removed while it is open.
    OK(mkdir_at(HERE, "gone"));
    OK(open_dir(HERE, "gone"));
    OK(rmdir_at(HERE, "gone"));
    IS(open_new(fd, "x"), ENOENT_);
    uint32_t used;
    OK(wasi_fd_readdir(fd, text, 100, 0, &used));
    IS(used, 0);
}

static void wrong_descriptors(void) {
    uint32_t used;
    OK(open_read(HERE, "kinds/file"));
    IS(wasi_fd_readdir(fd, text, 100, 0, &used), ENOTDIR_);
    IS(wasi_fd_readdir(1, text, 100, 0, &used), ENOTDIR_);
    IS(wasi_fd_readdir(99, text, 100, 0, &used), EBADF_);
}

int main(void) {
    entries();
    kinds();
    hidden_parent();
    made_and_removed();
    wrong_descriptors();
    return report();
}
