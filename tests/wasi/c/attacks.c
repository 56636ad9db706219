// Attempts to get out of the granted directories, to write where only reading
// is granted, or to bring the process down; the argument names one. Each first
// does inside what it then tries outside. The harness (tests/wasi/attacks.rs)
// prepares the directories and compares what is outside afterwards.
#include "check.h"

// The grants, in their order: a directory, the same read-only, one in it, and
// one that is only readable.
enum { GRANT = 3, VIEW = 4, INNER = 5, KEPT = 6 };

// -- A slash after a link, which makes the kernel follow it (GHSA-hp8f-xmx4-4qrg)

static void slash_read(void) {
    OK(read_path(GRANT, "in/file"));
    OK(open_dir(GRANT, "in/"));
    OK(stat_path(GRANT, "in/", 0));
    CHECK(stat_type() == DIRECTORY);
    for (int lookup = 0; lookup <= FOLLOW; lookup++) {
        IS(open_with(GRANT, "out/", lookup, 0, R_READ, 0), EPERM_);
        IS(open_with(GRANT, "out/", lookup, DIR_ONLY, R_READDIR, 0), EPERM_);
        IS(open_with(GRANT, "out/secret", lookup, 0, R_READ, 0), EPERM_);
        IS(stat_path(GRANT, "out/", lookup), EPERM_);
    }
    IS(readlink_at(GRANT, "out/", 100), EPERM_);
}

static void slash_mkdir(void) {
    OK(mkdir_at(GRANT, "new/"));
    IS(mkdir_at(GRANT, "dangling/"), EEXIST_);
    IS(mkdir_at(GRANT, "out/"), EEXIST_);
    IS(mkdir_at(GRANT, "out/new"), EPERM_);
}

static void slash_unlink(void) {
    OK(unlink_at(GRANT, "sub/file"));
    IS(unlink_at(GRANT, "out/secret"), EPERM_);
    IS(unlink_at(GRANT, "relative/"), ENOTDIR_);
    IS(unlink_at(GRANT, "out/"), ENOTDIR_);
}

static void slash_write(void) {
    OK(write_path(GRANT, "in/new", "inside"));
    IS(open_new(GRANT, "out/new"), EPERM_);
    CHECK(open_write(GRANT, "relative/") != 0);
    CHECK(open_new(GRANT, "dangling/") != 0);
    CHECK(times_at(GRANT, "out/", 0) == EPERM_);
}

static void slash_rmdir(void) {
    OK(mkdir_at(GRANT, "empty"));
    OK(rmdir_at(GRANT, "empty/"));
    IS(rmdir_at(GRANT, "out_empty/"), ENOTDIR_);
    IS(rmdir_at(GRANT, "out/empty"), EPERM_);
}

static void slash_rename_from(void) {
    OK(rename_at(GRANT, "sub/", GRANT, "moved/"));
    IS(rename_at(GRANT, "out_empty/", GRANT, "taken"), ENOTDIR_);
    IS(rename_at(GRANT, "out/secret", GRANT, "taken"), EPERM_);
    IS(stat_path(GRANT, "taken", 0), ENOENT_);
}

static void slash_rename_to(void) {
    OK(mkdir_at(GRANT, "given"));
    IS(rename_at(GRANT, "given", GRANT, "out_empty/"), ENOTDIR_);
    CHECK(rename_at(GRANT, "given", GRANT, "dangling/") != 0);
    IS(rename_at(GRANT, "given", GRANT, "out/given"), EPERM_);
    OK(rename_at(GRANT, "given", GRANT, "sub/given/"));
}

// -- From a read-only directory to a writable one (CVE-2026-58494, CVE-2026-47261)

static void read_only_link(void) {
    OK(read_path(KEPT, "file"));
    OK(link_at(GRANT, "file", GRANT, "linked"));
    IS(link_at(KEPT, "file", GRANT, "stolen"), EROFS_);
    IS(link_at(VIEW, "file", GRANT, "stolen"), EROFS_);
    IS(link_at(GRANT, "file", VIEW, "given"), EROFS_);
    IS(open_write(GRANT, "stolen"), ENOENT_);
    OK(write_path(GRANT, "linked", "through the link"));
}

static void read_only_rename(void) {
    OK(read_path(KEPT, "file"));
    OK(rename_at(GRANT, "file", GRANT, "renamed"));
    IS(rename_at(KEPT, "file", GRANT, "stolen"), EROFS_);
    IS(rename_at(VIEW, "renamed", GRANT, "stolen"), EROFS_);
    IS(rename_at(GRANT, "renamed", KEPT, "file"), EROFS_);
    IS(rename_at(KEPT, "file", KEPT, "other"), EROFS_);
    IS(open_write(GRANT, "stolen"), ENOENT_);
}

static void read_only_truncate(void) {
    OK(open_with(GRANT, "sub/file", FOLLOW, TRUNC, R_READ, 0));
    OK(read_path(GRANT, "sub/file"));
    CHECK(moved == 0);
    IS(open_with(KEPT, "file", FOLLOW, TRUNC, R_READ, 0), EROFS_);
    IS(open_with(KEPT, "file", FOLLOW, TRUNC, 0, 0), EROFS_);
    IS(open_with(KEPT, "new", FOLLOW, CREAT, R_READ, 0), EROFS_);
    IS(open_with(KEPT, "file", FOLLOW, CREAT | TRUNC, R_READ, 0), EROFS_);
    OK(read_path(KEPT, "file"));
    CHECK(text_is("kept"));
}

static void read_only_everything(void) {
    OK(read_path(KEPT, "file"));
    OK(write_path(GRANT, "file", "written"));
    IS(open_write(KEPT, "file"), EROFS_);
    IS(open_with(KEPT, "file", FOLLOW, 0, R_WRITE, APPEND), EROFS_);
    IS(mkdir_at(KEPT, "new"), EROFS_);
    IS(rmdir_at(KEPT, "sub"), EROFS_);
    IS(unlink_at(KEPT, "file"), EROFS_);
    IS(symlink_at("file", KEPT, "new"), EROFS_);
    IS(times_at(KEPT, "file", 0), EROFS_);
    OK(open_read(KEPT, "file"));
    IS(wasi_fd_filestat_set_times(fd, 1, 1, ATIM | MTIM), EROFS_);
    CHECK(wasi_fd_filestat_set_size(fd, 0) != 0);
    CHECK(wasi_fd_allocate(fd, 0, 100) != 0);
    CHECK(write_fd(fd, "x") == EBADF_);
    OK(open_dir(KEPT, "sub"));
    IS(open_write(fd, "file"), EROFS_);
    // Renumbered, it stays what it was.
    uint32_t sub = fd;
    OK(wasi_fd_renumber(sub, GRANT));
    OK(read_path(GRANT, "file"));
    IS(open_new(GRANT, "new"), EROFS_);
}

// -- Links to the outside

static void link_out(void) {
    OK(read_path(GRANT, "good"));
    CHECK(text_is("inside"));
    static const char *const paths[] = {"relative", "absolute", "indirect", "winding", "sub/far"};
    for (int i = 0; i < 5; i++) {
        IS(open_read(GRANT, paths[i]), EPERM_);
        IS(open_write(GRANT, paths[i]), EPERM_);
        IS(open_with(GRANT, paths[i], FOLLOW, TRUNC, R_READ, 0), EPERM_);
        IS(stat_path(GRANT, paths[i], FOLLOW), EPERM_);
        IS(times_at(GRANT, paths[i], FOLLOW), EPERM_);
        IS(open_with(GRANT, paths[i], 0, 0, R_READ, 0), ELOOP_);
        OK(stat_path(GRANT, paths[i], 0));
        CHECK(stat_type() == SYMBOLIC_LINK);
    }
}

// CVE-2024-38358
static void link_out_create(void) {
    OK(open_new(GRANT, "dangling_in"));
    OK(stat_path(GRANT, "fresh", 0));
    IS(open_new(GRANT, "dangling"), EPERM_);
    IS(open_with(GRANT, "dangling", 0, CREAT, R_WRITE, 0), ELOOP_);
    IS(open_with(GRANT, "dangling", FOLLOW, CREAT | EXCL, R_WRITE, 0), EEXIST_);
    IS(open_new(GRANT, "out/new"), EPERM_);
    IS(symlink_at("x", GRANT, "out/new"), EPERM_);
}

static void link_in_the_middle(void) {
    OK(read_path(GRANT, "in/file"));
    OK(mkdir_at(GRANT, "in/new"));
    IS(open_read(GRANT, "out/secret"), EPERM_);
    IS(open_read(GRANT, "sub/../out/sub/secret"), EPERM_);
    IS(mkdir_at(GRANT, "out/new"), EPERM_);
    IS(rename_at(GRANT, "in/new", GRANT, "out/new"), EPERM_);
    IS(link_at(GRANT, "out/secret", GRANT, "in/secret"), EPERM_);
    IS(link_at(GRANT, "file", GRANT, "out/file"), EPERM_);
    IS(unlink_at(GRANT, "out/secret"), EPERM_);
    IS(readlink_at(GRANT, "out/link", 100), EPERM_);
    IS(stat_path(GRANT, "out/secret", 0), EPERM_);
}

static void hard_link_to_link(void) {
    OK(link_at(GRANT, "good", GRANT, "again"));
    OK(stat_path(GRANT, "again", 0));
    CHECK(stat_type() == SYMBOLIC_LINK);
    OK(link_at(GRANT, "relative", GRANT, "stolen"));
    IS(open_read(GRANT, "stolen"), EPERM_);
    IS(wasi_path_link(GRANT, FOLLOW, P("relative"), GRANT, P("followed")), EINVAL_);
}

static void absolute_link_made(void) {
    OK(symlink_at("file", GRANT, "new"));
    OK(read_path(GRANT, "new"));
    IS(symlink_at("/etc/passwd", GRANT, "bad"), EPERM_);
    IS(symlink_at("/", GRANT, "bad"), EPERM_);
    IS(symlink_at("//etc/passwd", GRANT, "bad"), EPERM_);
    IS(stat_path(GRANT, "bad", 0), ENOENT_);
}

static void dotted_link_made(void) {
    OK(symlink_at("../file", GRANT, "sub/new"));
    OK(read_path(GRANT, "sub/new"));
    OK(symlink_at("../../../../../../../../etc/passwd", GRANT, "bad"));
    IS(open_read(GRANT, "bad"), EPERM_);
    IS(stat_path(GRANT, "bad", FOLLOW), EPERM_);
    OK(readlink_at(GRANT, "bad", 100));
    CHECK(text_is("../../../../../../../../etc/passwd"));
    // A link that is good where it is made and bad where it is moved.
    OK(rename_at(GRANT, "sub/new", GRANT, "new"));
    IS(open_read(GRANT, "new"), EPERM_);
}

static void link_up_inside(void) {
    OK(read_path(GRANT, "sub/up/file"));
    CHECK(text_is("inside"));
    OK(read_path(GRANT, "sub/up/sub/up/sub/file"));
    CHECK(text_is("inside sub"));
    OK(open_dir(GRANT, "sub"));
    OK(read_path(fd, "file"));
    OK(open_dir(GRANT, "sub"));
    IS(open_read(fd, "up/file"), EPERM_);
    IS(open_read(GRANT, "sub/up/../secret"), EPERM_);
}

static void link_loop(void) {
    OK(read_path(GRANT, "good"));
    static const char *const loops[] = {"self", "ping", "self/x", "ping/x", "self/"};
    for (int i = 0; i < 5; i++) {
        IS(open_read(GRANT, loops[i]), ELOOP_);
        IS(stat_path(GRANT, loops[i], FOLLOW), ELOOP_);
        CHECK(open_new(GRANT, loops[i]) != 0);
    }
    OK(stat_path(GRANT, "self", 0));
}

static void link_chain(void) {
    char name[16], target[16] = "file";
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof name, "link%d", i);
        OK(symlink_at(target, GRANT, name));
        memcpy(target, name, sizeof target);
    }
    OK(read_path(GRANT, "link40"));
    IS(open_read(GRANT, "link41"), ELOOP_);
}

#include "attacks_paths.h"

static const struct {
    const char *name;
    void (*run)(void);
} attacks[] = {
    {"slash-read", slash_read},
    {"slash-mkdir", slash_mkdir},
    {"slash-unlink", slash_unlink},
    {"slash-write", slash_write},
    {"slash-rmdir", slash_rmdir},
    {"slash-rename-from", slash_rename_from},
    {"slash-rename-to", slash_rename_to},
    {"read-only-link", read_only_link},
    {"read-only-rename", read_only_rename},
    {"read-only-truncate", read_only_truncate},
    {"read-only-everything", read_only_everything},
    {"link-out", link_out},
    {"link-out-create", link_out_create},
    {"link-in-the-middle", link_in_the_middle},
    {"hard-link-to-link", hard_link_to_link},
    {"absolute-link-made", absolute_link_made},
    {"dotted-link-made", dotted_link_made},
    {"link-up-inside", link_up_inside},
    {"link-loop", link_loop},
    {"link-chain", link_chain},
    {"dots", dots},
    {"absolute-path", absolute_path},
    {"prefix", prefix},
    {"nul", nul},
    {"long-path", long_path},
    {"moved-out", moved_out},
    {"fifo", fifo},
    {"renumber-leak", renumber_leak},
    {"renumber-anything", renumber_anything},
    {"too-many-descriptors", too_many_descriptors},
    {"huge-lengths", huge_lengths},
    {"wrapping-counts", wrapping_counts},
    {"overlapping-results", overlapping_results},
    {"file-as-directory", file_as_directory},
};

int main(int argc, char **argv) {
    for (unsigned i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        if (argc == 1) puts(attacks[i].name);
        if (argc == 2 && strcmp(argv[1], attacks[i].name) == 0) {
            attacks[i].run();
            return report();
        }
    }
    return argc == 1 ? 0 : 2;
}
