// Opens and changes things for as many milliseconds as the second argument says,
// while the harness (tests/wasi/races.rs) moves directories around. Whatever
// the outcome of a call, it is inside: `secret` reads "inside" there and
// "OUTSIDE SECRET" outside. Prints how many calls worked and were refused.
#include "check.h"

enum { GRANT = 3 };

static uint32_t worked, refused;

static void count(uint32_t errno_) {
    if (errno_ == 0) worked++;
    else refused++;
}

// `dir` is a directory at times and else a link to one outside.
static void swapped(void) {
    uint32_t errno_ = read_path(GRANT, "dir/secret");
    count(errno_);
    if (errno_ == 0) CHECK(text_is("inside"));
    errno_ = stat_path(GRANT, "dir/secret", FOLLOW);
    if (errno_ == 0) CHECK(stat_size() == 6);
    errno_ = stat_path(GRANT, "dir/", FOLLOW);
    errno_ = open_dir(GRANT, "dir");
    if (errno_ == 0) {
        CHECK(read_path(fd, "secret") == 0 && text_is("inside"));
        IS(wasi_fd_close(fd), EBADF_);
    }
    // None of these may reach what is outside; the harness looks there.
    (void)!write_path(GRANT, "dir/new", "from the guest");
    (void)!unlink_at(GRANT, "dir/kept");
    (void)!mkdir_at(GRANT, "dir/made");
    (void)!rmdir_at(GRANT, "dir/empty/");
    (void)!rename_at(GRANT, "mine", GRANT, "dir/mine");
    (void)!rename_at(GRANT, "dir/mine", GRANT, "mine");
    (void)!times_at(GRANT, "dir/secret", FOLLOW);
    (void)!link_at(GRANT, "dir/secret", GRANT, "stolen");
    if (read_path(GRANT, "stolen") == 0) CHECK(text_is("inside"));
    (void)!unlink_at(GRANT, "stolen");
}

// `secret` is a file at times and else a link to one outside.
static void swapped_file(void) {
    uint32_t errno_ = read_path(GRANT, "file");
    count(errno_);
    if (errno_ == 0) CHECK(text_is("inside"));
    if (stat_path(GRANT, "file", FOLLOW) == 0) CHECK(stat_size() == 6);
    if (open_with(GRANT, "file", 0, 0, R_READ, 0) == 0) {
        CHECK(read_fd(fd, 100) == 0 && text_is("inside"));
        OK(wasi_fd_close(fd));
    }
    (void)!times_at(GRANT, "file", FOLLOW);
}

// `sub/deep` is outside at times, where `../..` is above the grant.
static void moved_away(void) {
    uint32_t errno_ = read_path(GRANT, "sub/deep/../../secret");
    count(errno_);
    if (errno_ == 0) CHECK(text_is("inside"));
    errno_ = read_path(GRANT, "sub/deep/down/../../../secret");
    if (errno_ == 0) CHECK(text_is("inside"));
    if (open_dir(GRANT, "sub/deep") == 0) {
        uint32_t deep = fd;
        IS(open_read(deep, "../../secret"), EPERM_);
        OK(wasi_fd_close(deep));
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    uint64_t start, now, milliseconds = strtoul(argv[2], NULL, 10);
    OK(wasi_clock_time_get(1, 0, &start));
    do {
        for (int i = 0; i < 50; i++) {
            if (strcmp(argv[1], "directory") == 0) swapped();
            else if (strcmp(argv[1], "file") == 0) swapped_file();
            else moved_away();
        }
        OK(wasi_clock_time_get(1, 0, &now));
        // Longer where the machine is so busy that nothing has happened yet.
        if (!worked || !refused) start += (now - start) / 2;
    } while (now - start < milliseconds * 1000000 && failures == 0);
    printf("%u worked, %u refused\n", worked, refused);
    return report();
}
