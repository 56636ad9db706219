// The same files through wasi-libc, as programs in C see them. Run with a grant
// of `.` and nothing else.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check_only.h"

static void files(void) {
    FILE *file = fopen("file.txt", "w+");
    CHECK(file && fprintf(file, "line %d\n", 1) == 7);
    CHECK(fseek(file, 0, SEEK_SET) == 0 && fgetc(file) == 'l' && ftell(file) == 1);
    CHECK(fclose(file) == 0);
    file = fopen("./file.txt", "a");
    CHECK(file && fputs("line 2\n", file) >= 0 && fclose(file) == 0);
    struct stat status;
    CHECK(stat("file.txt", &status) == 0 && status.st_size == 14 && S_ISREG(status.st_mode));
    CHECK(truncate("file.txt", 6) == 0 && stat("file.txt", &status) == 0 && status.st_size == 6);
    CHECK(access("file.txt", R_OK) == 0 && access("missing", F_OK) < 0 && errno == ENOENT);
    CHECK(fopen("missing", "r") == NULL && errno == ENOENT);
    CHECK(fopen("../outside", "r") == NULL && (errno == EPERM || errno == ENOTCAPABLE));
    CHECK(fopen("/etc/passwd", "r") == NULL);
    struct timespec times[2] = {{5, 0}, {7, 500}};
    CHECK(utimensat(AT_FDCWD, "file.txt", times, 0) == 0 && stat("file.txt", &status) == 0);
    CHECK(status.st_mtim.tv_sec == 7 && status.st_mtim.tv_nsec == 500);
    CHECK(rename("file.txt", "renamed") == 0 && link("renamed", "hard") == 0);
    CHECK(symlink("renamed", "soft") == 0 && lstat("soft", &status) == 0 && S_ISLNK(status.st_mode));
    char target[20] = {0};
    CHECK(readlink("soft", target, sizeof target) == 7 && strcmp(target, "renamed") == 0);
    CHECK(unlink("soft") == 0 && unlink("hard") == 0 && unlink("renamed") == 0);
}

// More entries than one call of the library's brings.
static void directories(void) {
    CHECK(mkdir("dir", 0777) == 0 && mkdir("dir", 0777) < 0 && errno == EEXIST);
    char name[64];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "dir/%0*d", 3 + i % 50, i);
        int file = open(name, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (!CHECK(file >= 0)) return;
        close(file);
    }
    DIR *dir = opendir("dir");
    int count = 0, sum = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        count++, sum += atoi(entry->d_name);
        snprintf(name, sizeof name, "dir/%s", entry->d_name);
        CHECK(entry->d_type == DT_REG);
    }
    CHECK(count == 500 && sum == 499 * 500 / 2);
    rewinddir(dir);
    CHECK(readdir(dir) != NULL && closedir(dir) == 0);
    CHECK(rmdir("dir") < 0 && errno == ENOTEMPTY);
    CHECK(open("dir", O_WRONLY) < 0 && errno == EISDIR);
    int fd = open("dir", O_RDONLY | O_DIRECTORY);
    CHECK(fd >= 0 && openat(fd, "000", O_RDONLY) >= 0 && close(fd) == 0);
    CHECK(open("file.txt/x", O_RDONLY) < 0);
}

static void process(void) {
    CHECK(!isatty(0) && !isatty(1));
    struct timespec start, end, nap = {0, 3000000};
    CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0 && nanosleep(&nap, NULL) == 0);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
    CHECK((end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec >= 3000000);
    char bytes[300] = {0};
    CHECK(getentropy(bytes, 256) == 0 && bytes[256] == 0);
    CHECK(getenv("MISSING") == NULL);
    // "/" and "." are one directory here.
    char cwd[100];
    CHECK(getcwd(cwd, sizeof cwd) && strcmp(cwd, "/") == 0);
    CHECK(mkdir("sub", 0777) == 0 && chdir("sub") == 0 && access("../sub", F_OK) == 0);
    int file = open("here", O_CREAT | O_WRONLY, 0666);
    CHECK(file >= 0 && write(file, "x", 1) == 1 && close(file) == 0 && access("/sub/here", F_OK) == 0);
    CHECK(fcntl(0, F_GETFL) >= 0);
}

int main(void) {
    files();
    directories();
    process();
    return report();
}
