// path_link, path_symlink, path_readlink, path_rename. Run with grants of `.`
// as /dir (3) and, read-only, as /view (4), and of `other` as /other (5).
#include "check.h"

enum { HERE = 3, VIEW = 4, OTHER = 5 };

static void hard_links(void) {
    OK(write_path(HERE, "file", "content"));
    OK(mkdir_at(HERE, "sub"));
    OK(link_at(HERE, "file", HERE, "hard"));
    OK(link_at(HERE, "file", OTHER, "hard"));
    OK(read_path(OTHER, "hard"));
    CHECK(text_is("content"));
    OK(stat_path(HERE, "file", 0));
    IS(u64_at(stat, 24), 3);
    IS(link_at(HERE, "file", HERE, "hard"), EEXIST_);
    IS(wasi_path_link(HERE, FOLLOW, P("file"), HERE, P("new")), EINVAL_);
    uint32_t errno_ = link_at(HERE, "sub", HERE, "new");
    CHECK(errno_ == EPERM_ || errno_ == EACCES_);
    errno_ = link_at(HERE, "sub/", HERE, "new");
    CHECK(errno_ == EPERM_ || errno_ == EACCES_);
    IS(link_at(HERE, "file", HERE, "new/"), ENOENT_);
    IS(link_at(HERE, "file", HERE, "hard/"), EEXIST_);
    IS(link_at(HERE, "file/", HERE, "new"), ENOTDIR_);
    IS(link_at(HERE, "missing", HERE, "new"), ENOENT_);
    IS(link_at(HERE, "missing/", HERE, "new"), ENOENT_);
    IS(link_at(HERE, "file", HERE, "missing/new"), ENOENT_);
    IS(link_at(99, "file", HERE, "new"), EBADF_);
    IS(link_at(HERE, "file", 99, "new"), EBADF_);
    IS(link_at(HERE, "file", VIEW, "new"), EROFS_);
    IS(link_at(VIEW, "file", HERE, "new"), EROFS_);
    IS(stat_path(HERE, "new", 0), ENOENT_);
    OK(unlink_at(OTHER, "hard"));
}

static void symbolic_links(void) {
    OK(symlink_at("file", HERE, "link"));
    OK(read_path(HERE, "link"));
    CHECK(text_is("content"));
    OK(symlink_at("no/such/../thing", HERE, "dangling"));
    IS(open_read(HERE, "dangling"), ENOENT_);
    IS(symlink_at("x", HERE, "link"), EEXIST_);
    IS(symlink_at("/file", HERE, "new"), EPERM_);
    IS(symlink_at("", HERE, "new"), ENOENT_);
    IS(symlink_at("x", HERE, ""), ENOENT_);
    IS(symlink_at("x", HERE, "new/"), ENOENT_);
    IS(symlink_at("x", HERE, "sub/"), EEXIST_);
    IS(symlink_at("x", HERE, "missing/new"), ENOENT_);
    IS(symlink_at("x", VIEW, "new"), EROFS_);
    IS(symlink_at("x", 99, "new"), EBADF_);
    IS(wasi_path_symlink((void *)0xfffffff0, 100, HERE, P("new")), EFAULT_);
    // Copied as it is, and not looked at.
    OK(symlink_at("./a//b/\xff/../..", HERE, "odd"));
    OK(readlink_at(HERE, "odd", 100));
    CHECK(text_is("./a//b/\xff/../.."));
}

static void reading_links(void) {
    memset(text, 'x', 10);
    OK(readlink_at(HERE, "link", 10));
    CHECK(text_is("file") && text[4] == 'x');
    memset(text, 'x', 10);
    OK(readlink_at(HERE, "link", 2));  // Cut without an error.
    CHECK(text_is("fi") && text[2] == 'x');
    OK(readlink_at(HERE, "link", 0));
    IS(moved, 0);
    IS(readlink_at(HERE, "file", 10), EINVAL_);
    IS(readlink_at(HERE, "sub", 10), EINVAL_);
    IS(readlink_at(HERE, "file", 0), EINVAL_);
    IS(readlink_at(HERE, "missing", 10), ENOENT_);
    CHECK(readlink_at(HERE, "link/", 10) != 0);
    IS(readlink_at(99, "link", 10), EBADF_);
    OK(readlink_at(VIEW, "link", 10));
    IS(wasi_path_readlink(HERE, P("link"), (void *)0xfffffffe, 10, &moved), EFAULT_);
    IS(wasi_path_readlink(HERE, P("link"), text, 10, (void *)0xfffffffe), EFAULT_);
}

static void renaming_files(void) {
    OK(rename_at(HERE, "file", HERE, "renamed"));
    IS(stat_path(HERE, "file", 0), ENOENT_);
    OK(write_path(HERE, "target", "old"));
    OK(rename_at(HERE, "renamed", HERE, "target"));  // Replaces.
    OK(read_path(HERE, "target"));
    CHECK(text_is("content"));
    OK(rename_at(HERE, "target", HERE, "target"));
    OK(rename_at(HERE, "target", OTHER, "file"));
    OK(rename_at(OTHER, "file", HERE, "file"));
    IS(rename_at(HERE, "missing", HERE, "new"), ENOENT_);
    IS(rename_at(HERE, "file", HERE, "missing/new"), ENOENT_);
    IS(rename_at(HERE, "file", HERE, "sub"), EISDIR_);
    IS(rename_at(HERE, "file/", HERE, "new"), ENOTDIR_);
    IS(rename_at(HERE, "file", HERE, "new/"), ENOTDIR_);
    IS(rename_at(HERE, "", HERE, "new"), ENOENT_);
    IS(rename_at(99, "file", HERE, "new"), EBADF_);
    IS(rename_at(HERE, "file", 99, "new"), EBADF_);
    IS(rename_at(VIEW, "file", HERE, "new"), EROFS_);
    IS(rename_at(HERE, "file", VIEW, "new"), EROFS_);
    // The link is renamed, not what it leads to.
    OK(rename_at(HERE, "link", HERE, "link2"));
    OK(stat_path(HERE, "link2", 0));
    IS(stat_type(), SYMBOLIC_LINK);
    OK(read_path(HERE, "file"));
}

static void renaming_directories(void) {
    OK(write_path(HERE, "sub/file", "in sub"));
    OK(rename_at(HERE, "sub/", HERE, "moved/"));
    OK(read_path(HERE, "moved/file"));
    OK(mkdir_at(HERE, "empty"));
    OK(mkdir_at(HERE, "full"));
    OK(write_path(HERE, "full/file", "x"));
    IS(rename_at(HERE, "moved", HERE, "full"), ENOTEMPTY_);
    OK(rename_at(HERE, "moved", HERE, "empty"));
    OK(read_path(HERE, "empty/file"));
    IS(rename_at(HERE, "empty", HERE, "file"), ENOTDIR_);
    IS(rename_at(HERE, "empty", HERE, "empty/inside"), EINVAL_);
    CHECK(rename_at(HERE, ".", HERE, "x") != 0);
    CHECK(rename_at(HERE, "empty", HERE, ".") != 0);
    OK(rename_at(HERE, "empty", OTHER, "sub"));
    OK(read_path(OTHER, "sub/file"));
}

int main(void) {
    hard_links();
    symbolic_links();
    reading_links();
    renaming_files();
    renaming_directories();
    return report();
}
