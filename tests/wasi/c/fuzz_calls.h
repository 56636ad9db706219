// The functions that fuzz.c calls, with what each argument is: the letters are
// those of make_arguments there. proc_exit is the 46th.
#pragma once

#include "wasi.h"

#define CALLS_MAX 64

static const struct { const char *name, *kinds; } functions[] = {
    {"args_get", "A"},
    {"args_sizes_get", "44"},
    {"clock_res_get", "k8"},
    {"clock_time_get", "kq8"},
    {"environ_get", "E"},
    {"environ_sizes_get", "44"},
    {"fd_advise", "fqqi"},
    {"fd_allocate", "fzz"},
    {"fd_close", "c"},
    {"fd_datasync", "f"},
    {"fd_fdstat_get", "fS"},
    {"fd_fdstat_set_flags", "fi"},
    {"fd_fdstat_set_rights", "fqq"},
    {"fd_filestat_get", "fF"},
    {"fd_filestat_set_size", "fz"},
    {"fd_filestat_set_times", "fqqi"},
    {"fd_pread", "frq4"},
    {"fd_prestat_dir_name", "fn"},
    {"fd_prestat_get", "f8"},
    {"fd_pwrite", "fwz4"},
    {"fd_read", "fr4"},
    {"fd_readdir", "fbq4"},
    {"fd_renumber", "cc"},
    {"fd_seek", "fqi8"},
    {"fd_sync", "f"},
    {"fd_tell", "f8"},
    {"fd_write", "fw4"},
    {"path_create_directory", "dp"},
    {"path_filestat_get", "dipF"},
    {"path_filestat_set_times", "dipqqi"},
    {"path_link", "dipdp"},
    {"path_open", "dipiqqi4"},
    {"path_readlink", "dpb4"},
    {"path_remove_directory", "dp"},
    {"path_rename", "dpdp"},
    {"path_symlink", "pdp"},
    {"path_unlink_file", "dp"},
    {"poll_oneoff", "P4"},
    {"proc_raise", "x"},
    {"random_get", "b"},
    {"sched_yield", ""},
    {"sock_accept", "si4"},
    {"sock_recv", "sri42"},
    {"sock_send", "swi4"},
    {"sock_shutdown", "hi"},
};

#define FUNCTIONS (sizeof functions / sizeof *functions)

#define I(n) ((uint32_t)a[n])
#define M(n) ((void *)(uintptr_t)(uint32_t)a[n])

static uint32_t call(uint32_t function, const uint64_t *a) {
    switch (function) {
        case 0: return wasi_args_get(M(0), M(1));
        case 1: return wasi_args_sizes_get(M(0), M(1));
        case 2: return wasi_clock_res_get(I(0), M(1));
        case 3: return wasi_clock_time_get(I(0), a[1], M(2));
        case 4: return wasi_environ_get(M(0), M(1));
        case 5: return wasi_environ_sizes_get(M(0), M(1));
        case 6: return wasi_fd_advise(I(0), a[1], a[2], I(3));
        case 7: return wasi_fd_allocate(I(0), a[1], a[2]);
        case 8: return wasi_fd_close(I(0));
        case 9: return wasi_fd_datasync(I(0));
        case 10: return wasi_fd_fdstat_get(I(0), M(1));
        case 11: return wasi_fd_fdstat_set_flags(I(0), I(1));
        case 12: return wasi_fd_fdstat_set_rights(I(0), a[1], a[2]);
        case 13: return wasi_fd_filestat_get(I(0), M(1));
        case 14: return wasi_fd_filestat_set_size(I(0), a[1]);
        case 15: return wasi_fd_filestat_set_times(I(0), a[1], a[2], I(3));
        case 16: return wasi_fd_pread(I(0), M(1), I(2), a[3], M(4));
        case 17: return wasi_fd_prestat_dir_name(I(0), M(1), I(2));
        case 18: return wasi_fd_prestat_get(I(0), M(1));
        case 19: return wasi_fd_pwrite(I(0), M(1), I(2), a[3], M(4));
        case 20: return wasi_fd_read(I(0), M(1), I(2), M(3));
        case 21: return wasi_fd_readdir(I(0), M(1), I(2), a[3], M(4));
        case 22: return wasi_fd_renumber(I(0), I(1));
        case 23: return wasi_fd_seek(I(0), (int64_t)a[1], I(2), M(3));
        case 24: return wasi_fd_sync(I(0));
        case 25: return wasi_fd_tell(I(0), M(1));
        case 26: return wasi_fd_write(I(0), M(1), I(2), M(3));
        case 27: return wasi_path_create_directory(I(0), M(1), I(2));
        case 28: return wasi_path_filestat_get(I(0), I(1), M(2), I(3), M(4));
        case 29: return wasi_path_filestat_set_times(I(0), I(1), M(2), I(3), a[4], a[5], I(6));
        case 30: return wasi_path_link(I(0), I(1), M(2), I(3), I(4), M(5), I(6));
        case 31: return wasi_path_open(I(0), I(1), M(2), I(3), I(4), a[5], a[6], I(7), M(8));
        case 32: return wasi_path_readlink(I(0), M(1), I(2), M(3), I(4), M(5));
        case 33: return wasi_path_remove_directory(I(0), M(1), I(2));
        case 34: return wasi_path_rename(I(0), M(1), I(2), I(3), M(4), I(5));
        case 35: return wasi_path_symlink(M(0), I(1), I(2), M(3), I(4));
        case 36: return wasi_path_unlink_file(I(0), M(1), I(2));
        case 37: return wasi_poll_oneoff(M(0), M(1), I(2), M(3));
        case 38: return wasi_proc_raise(I(0));
        case 39: return wasi_random_get(M(0), I(1));
        case 40: return wasi_sched_yield();
        case 41: return wasi_sock_accept(I(0), I(1), M(2));
        case 42: return wasi_sock_recv(I(0), M(1), I(2), I(3), M(4), M(5));
        case 43: return wasi_sock_send(I(0), M(1), I(2), I(3), M(4));
        default: return wasi_sock_shutdown(I(0), I(1));
    }
}
