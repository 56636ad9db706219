// What scripts/bench_io.py measures, the same source for WASI and for Linux:
// bench_io MODE COUNT [PATH...]
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024 };

static char block[BLOCK_BYTES];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// Writes COUNT blocks to a descriptor.
static void write_blocks(int fd, long count) {
    for (long i = 0; i < count; i++) {
        for (long done = 0; done < BLOCK_BYTES;) {
            ssize_t wrote = write(fd, block + done, (size_t)(BLOCK_BYTES - done));
            if (wrote < 0) fail("write");
            done += wrote;
        }
    }
}

// Reads a descriptor to its end, or COUNT blocks of it.
static void read_blocks(int fd, long count) {
    for (long left = count * BLOCK_BYTES; left > 0;) {
        ssize_t got = read(fd, block, BLOCK_BYTES);
        if (got < 0) fail("read");
        if (got == 0) exit(2);
        left -= got;
    }
}

static int open_file(const char *path, int flags) {
    int fd = open(path, flags, 0666);
    if (fd < 0) fail(path);
    return fd;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    const char *mode = argv[1], *path = argc > 3 ? argv[3] : "";
    long count = atol(argv[2]);
    if (strcmp(mode, "write") == 0) {
        write_blocks(open_file(path, O_WRONLY | O_CREAT | O_TRUNC), count);
    } else if (strcmp(mode, "read") == 0) {
        read_blocks(open_file(path, O_RDONLY), count);
    } else if (strcmp(mode, "stdin") == 0) {
        read_blocks(0, count);
    } else if (strcmp(mode, "stdout") == 0) {
        write_blocks(1, count);
    } else if (strcmp(mode, "bytes") == 0) {
        for (long i = 0; i < count; i++)
            if (write(1, block, 1) != 1) fail("write");
    } else if (strcmp(mode, "same") == 0) {
        for (long i = 0; i < count; i++) close(open_file(path, O_RDONLY));
    } else if (strcmp(mode, "files") == 0) {
        char name[4096];
        for (long i = 0; i < count; i++) {
            snprintf(name, sizeof name, "%s/%ld", path, i);
            close(open_file(name, O_RDONLY));
        }
    } else {
        return 2;
    }
    return 0;
}
