// Copies a file: copy SRC DST.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *path) {
    fprintf(stderr, "copy: %s: %s\n", path, strerror(errno));
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: copy SRC DST\n");
        return 2;
    }
    int in = open(argv[1], O_RDONLY);
    if (in < 0)
        return fail(argv[1]);
    int out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (out < 0)
        return fail(argv[2]);
    char buffer[65536];
    ssize_t length;
    while ((length = read(in, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < length;) {
            ssize_t written = write(out, buffer + done, (size_t)(length - done));
            if (written < 0)
                return fail(argv[2]);
            done += written;
        }
    }
    if (length < 0)
        return fail(argv[1]);
    return close(out) == 0 ? 0 : fail(argv[2]);
}
