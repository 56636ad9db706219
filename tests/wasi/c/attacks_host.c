// Attacks that need other grants than those of attacks.c: none at all, the
// host's root, /proc. The arguments are what is granted and the directory that
// this runs in.
#include <dirent.h>
#include <fcntl.h>

#include "check.h"

enum { ROOT = 3 };

// With `--dir .`, so that the next one does not fail for another reason.
static void granted(void) {
    OK(read_path(ROOT, "secret"));
    CHECK(open("secret", O_RDONLY) >= 0);
    CHECK(opendir(".") != NULL);
}

// CVE-2023-51661: the working directory readable though nothing is granted.
static void nothing(void) {
    IS(wasi_fd_prestat_get(ROOT, text), EBADF_);
    for (uint32_t dir = 3; dir < 10; dir++) {
        IS(open_read(dir, "secret"), EBADF_);
        IS(stat_path(dir, ".", 0), EBADF_);
        IS(wasi_fd_filestat_get(dir, stat), EBADF_);
        IS(mkdir_at(dir, "new"), EBADF_);
    }
    for (uint32_t dir = 0; dir < 3; dir++) CHECK(open_read(dir, "secret") == ENOTDIR_);
    IS(open_read((uint32_t)-100, "secret"), EBADF_);  // AT_FDCWD
    CHECK(open("secret", O_RDONLY) < 0 && open("/etc/passwd", O_RDONLY) < 0);
    CHECK(opendir(".") == NULL && opendir("/") == NULL);
}

static void process_files(uint32_t dir, const char *proc, uint32_t refused) {
    char path[100];
    static const char *const names[] = {"self/mem", "thread-self/mem", "self/task/../mem", "self/comm"};
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", proc, names[i]);
        IS(open_write(dir, path), refused);
        IS(open_with(dir, path, 0, 0, R_READ | R_WRITE, 0), refused);
    }
}

// The host's own descriptors.
static void host_descriptors(uint32_t dir, const char *proc) {
    char path[100];
    for (int i = 0; i < 12; i++) {
        snprintf(path, sizeof path, "%sself/fd/%d", proc, i);
        CHECK(open_write(dir, path) != 0);
        CHECK(open_with(dir, path, 0, 0, R_READ, 0) != 0);
    }
}

// `--dir /::/::ro`
static void root_read_only(const char *here) {
    OK(read_path(ROOT, "proc/self/comm"));
    snprintf(text, sizeof text, "%s/secret", here + 1);
    OK(read_path(ROOT, text));
    snprintf(text, sizeof text, "proc/self/root%s/secret", here);
    IS(open_write(ROOT, text), EROFS_);
    snprintf(text, sizeof text, "proc/self/root%s/new", here);
    IS(open_new(ROOT, text), EROFS_);
    IS(mkdir_at(ROOT, text), EROFS_);
    process_files(ROOT, "proc/", EROFS_);
    host_descriptors(ROOT, "proc/");
}

// `--dir /::/`: absolute links are as on the host, and above / is /.
static void root_writable(const char *here) {
    snprintf(text, sizeof text, "%s/absolute", here + 1);
    OK(read_path(ROOT, text));
    CHECK(text_is("OUTSIDE SECRET"));
    OK(stat_path(ROOT, "../..", FOLLOW));
    uint64_t inode = u64_at(stat, 8);
    OK(stat_path(ROOT, ".", 0));
    IS(u64_at(stat, 8), inode);
    OK(read_path(ROOT, "proc/self/comm"));
    process_files(ROOT, "proc/", EPERM_);
}

// `--dir /proc::/proc`: its links to anywhere lead nowhere.
static void proc(const char *here) {
    OK(read_path(ROOT, "self/comm"));
    OK(stat_path(ROOT, "self/root", 0));
    IS(stat_type(), SYMBOLIC_LINK);
    static const char *const paths[] = {"self/root", "self/root/", "self/root/etc/passwd", "self/cwd",
                                        "self/cwd/secret", "self/exe", "self/fd/3", "self/fd/3/..",
                                        "self/fd/3/../etc/passwd", "self/task/../root/etc"};
    for (int i = 0; i < 10; i++) {
        uint32_t errno_ = open_read(ROOT, paths[i]);
        if (!CHECK(errno_ == EPERM_ || errno_ == ELOOP_)) printf("%s: %u\n", paths[i], errno_);
        errno_ = stat_path(ROOT, paths[i], FOLLOW);
        CHECK(errno_ == EPERM_ || errno_ == ELOOP_);
    }
    snprintf(text, sizeof text, "self/cwd%s/new", here);
    CHECK(mkdir_at(ROOT, text) != 0 && mkdir_at(ROOT, "self/cwd/new") != 0);
    process_files(ROOT, "", EPERM_);
    host_descriptors(ROOT, "");
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    if (strcmp(argv[1], "granted") == 0) granted();
    else if (strcmp(argv[1], "nothing") == 0) nothing();
    else if (strcmp(argv[1], "root-read-only") == 0) root_read_only(argv[2]);
    else if (strcmp(argv[1], "root-writable") == 0) root_writable(argv[2]);
    else if (strcmp(argv[1], "proc") == 0) proc(argv[2]);
    else return 2;
    return report();
}
