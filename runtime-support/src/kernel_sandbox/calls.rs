//! The system calls behind each WASI function, and those behind every program.
//!
//! A WASI function that makes a new system call gets it in the table below; a
//! system call that is not here yet also gets a line among the constants. What is
//! forgotten shows where a program reaches that function alone, which
//! tests/tests/kernel_sandbox_alone.rs tries for each.

use linux_raw_sys::general as numbers;

/// A system call, and with what arguments it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostCall {
    pub number: u32,
    pub condition: Condition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// None, so that the kernel looks at the number alone and remembers.
    Any,
    /// The first argument is the process's own number.
    OwnProcess,
    /// The second argument asks for a descriptor's flags or sets them.
    FileFlags,
    /// The second argument asks about a terminal or for what can be read.
    Question,
    /// The third argument, a protection, leaves out execution.
    NotExecutable,
}

use Condition::{Any, FileFlags, NotExecutable, OwnProcess, Question};

macro_rules! host_calls {
    ($($name:ident = $number:expr, $condition:expr;)*) => {
        $(const $name: HostCall = HostCall { number: $number, condition: $condition };)*

        /// All of them, by number.
        static HOST_CALLS: [HostCall; HOST_CALLS_COUNT] = SORTED;
        const SORTED: [HostCall; HOST_CALLS_COUNT] = sorted([$($name),*]);
        pub const HOST_CALLS_COUNT: usize = [$(stringify!($name)),*].len();
    };
}

host_calls! {
    ACCEPT4 = numbers::__NR_accept4, Any;
    CLOCK_GETRES = numbers::__NR_clock_getres, Any;
    CLOCK_GETTIME = numbers::__NR_clock_gettime, Any;
    CLOSE = numbers::__NR_close, Any;
    DUP_OVER = DUP_OVER_NUMBER, Any;
    EXIT_GROUP = numbers::__NR_exit_group, Any;
    FADVISE64 = numbers::__NR_fadvise64, Any;
    FALLOCATE = numbers::__NR_fallocate, Any;
    FCNTL = numbers::__NR_fcntl, FileFlags;
    FDATASYNC = numbers::__NR_fdatasync, Any;
    FSTAT = numbers::__NR_fstat, Any;
    FSTATFS = numbers::__NR_fstatfs, Any;
    FSYNC = numbers::__NR_fsync, Any;
    FTRUNCATE = numbers::__NR_ftruncate, Any;
    GETDENTS64 = numbers::__NR_getdents64, Any;
    GETPID = numbers::__NR_getpid, Any;
    GETRANDOM = numbers::__NR_getrandom, Any;
    GETTID = numbers::__NR_gettid, Any;
    IOCTL = numbers::__NR_ioctl, Question;
    LINKAT = numbers::__NR_linkat, Any;
    LSEEK = numbers::__NR_lseek, Any;
    MKDIRAT = numbers::__NR_mkdirat, Any;
    MMAP = numbers::__NR_mmap, NotExecutable;
    MPROTECT = numbers::__NR_mprotect, NotExecutable;
    MUNMAP = numbers::__NR_munmap, Any;
    NEWFSTATAT = numbers::__NR_newfstatat, Any;
    OPENAT = numbers::__NR_openat, Any;
    OPENAT2 = numbers::__NR_openat2, Any;
    PPOLL = numbers::__NR_ppoll, Any;
    PREAD64 = numbers::__NR_pread64, Any;
    PREADV = numbers::__NR_preadv, Any;
    PWRITE64 = numbers::__NR_pwrite64, Any;
    PWRITEV = numbers::__NR_pwritev, Any;
    PWRITEV2 = numbers::__NR_pwritev2, Any;
    READ = numbers::__NR_read, Any;
    READLINKAT = numbers::__NR_readlinkat, Any;
    READV = numbers::__NR_readv, Any;
    RECVFROM = numbers::__NR_recvfrom, Any;
    RECVMSG = numbers::__NR_recvmsg, Any;
    RENAMEAT = numbers::__NR_renameat, Any;
    RT_SIGACTION = numbers::__NR_rt_sigaction, Any;
    RT_SIGPROCMASK = numbers::__NR_rt_sigprocmask, Any;
    RT_SIGRETURN = numbers::__NR_rt_sigreturn, Any;
    SCHED_YIELD = numbers::__NR_sched_yield, Any;
    SENDMSG = numbers::__NR_sendmsg, Any;
    SENDTO = numbers::__NR_sendto, Any;
    SHUTDOWN = numbers::__NR_shutdown, Any;
    SYMLINKAT = numbers::__NR_symlinkat, Any;
    TGKILL = numbers::__NR_tgkill, OwnProcess;
    UNLINKAT = numbers::__NR_unlinkat, Any;
    UTIMENSAT = numbers::__NR_utimensat, Any;
    WRITE = numbers::__NR_write, Any;
    WRITEV = numbers::__NR_writev, Any;
}

/// How a descriptor takes another's place: newer architectures have no dup2.
#[cfg(target_arch = "x86_64")]
const DUP_OVER_NUMBER: u32 = numbers::__NR_dup2;
#[cfg(target_arch = "aarch64")]
const DUP_OVER_NUMBER: u32 = numbers::__NR_dup3;

/// What every program needs: to end, by a status or a signal; to report a
/// trap; to return from a handler; and the clock, which the kernel's vDSO asks
/// for by system call where it cannot tell the time itself.
const ALWAYS: u64 = set(&[
    CLOCK_GETTIME,
    EXIT_GROUP,
    GETPID,
    GETTID,
    RT_SIGACTION,
    RT_SIGPROCMASK,
    RT_SIGRETURN,
    TGKILL,
    WRITE,
]);

const GROW_RESERVED: u64 = set(&[MPROTECT]);
const GROW_CHECKED: u64 = set(&[MMAP, MUNMAP]);

/// Finding an entry, whether openat2 is there or not. Links of procfs are told by
/// their file system.
const RESOLVE: u64 = set(&[CLOSE, FSTAT, FSTATFS, OPENAT, OPENAT2, READLINKAT]);

/// By function, in the order of [`wasmc_abi::wasi::FUNCTIONS`].
const NEEDS: [(&str, u64); FUNCTIONS_COUNT] = [
    ("args_get", 0),
    ("args_sizes_get", 0),
    ("clock_res_get", set(&[CLOCK_GETRES])),
    ("clock_time_get", set(&[CLOCK_GETTIME])),
    ("environ_get", 0),
    ("environ_sizes_get", 0),
    ("fd_advise", set(&[FADVISE64])),
    ("fd_allocate", set(&[FALLOCATE])),
    ("fd_close", set(&[CLOSE, DUP_OVER])),
    ("fd_datasync", set(&[FDATASYNC])),
    ("fd_fdstat_get", set(&[FCNTL, FSTAT, IOCTL])),
    ("fd_fdstat_set_flags", set(&[FCNTL])),
    ("fd_fdstat_set_rights", 0),
    ("fd_filestat_get", set(&[FSTAT])),
    ("fd_filestat_set_size", set(&[FTRUNCATE])),
    ("fd_filestat_set_times", set(&[UTIMENSAT])),
    ("fd_pread", set(&[PREAD64, PREADV])),
    ("fd_prestat_dir_name", 0),
    ("fd_prestat_get", 0),
    ("fd_pwrite", set(&[PWRITE64, PWRITEV])),
    ("fd_read", set(&[PPOLL, READ, READV])),
    ("fd_readdir", set(&[FSTAT, GETDENTS64, LSEEK])),
    ("fd_renumber", set(&[CLOSE, DUP_OVER])),
    ("fd_seek", set(&[LSEEK])),
    ("fd_sync", set(&[FSYNC])),
    ("fd_tell", set(&[LSEEK])),
    ("fd_write", set(&[PPOLL, PWRITEV2, WRITE, WRITEV])),
    ("path_create_directory", RESOLVE | set(&[MKDIRAT])),
    ("path_filestat_get", RESOLVE | set(&[NEWFSTATAT])),
    ("path_filestat_set_times", RESOLVE | set(&[NEWFSTATAT, UTIMENSAT])),
    ("path_link", RESOLVE | set(&[LINKAT, NEWFSTATAT])),
    ("path_open", RESOLVE),
    ("path_readlink", RESOLVE),
    ("path_remove_directory", RESOLVE | set(&[UNLINKAT])),
    ("path_rename", RESOLVE | set(&[NEWFSTATAT, RENAMEAT])),
    ("path_symlink", RESOLVE | set(&[NEWFSTATAT, SYMLINKAT])),
    ("path_unlink_file", RESOLVE | set(&[NEWFSTATAT, UNLINKAT])),
    ("poll_oneoff", set(&[CLOCK_GETTIME, IOCTL, PPOLL])),
    ("proc_exit", 0),
    ("proc_raise", 0),
    ("random_get", set(&[GETRANDOM])),
    ("sched_yield", set(&[SCHED_YIELD])),
    ("sock_accept", set(&[ACCEPT4, CLOSE])),
    ("sock_recv", set(&[RECVFROM, RECVMSG])),
    ("sock_send", set(&[SENDMSG, SENDTO])),
    ("sock_shutdown", set(&[SHUTDOWN])),
];

const FUNCTIONS_COUNT: usize = wasmc_abi::wasi::FUNCTIONS.len();

/// [`NEEDS`] without the names.
static SETS: [u64; FUNCTIONS_COUNT] = {
    let mut sets = [0; FUNCTIONS_COUNT];
    let mut index = 0;
    while index < FUNCTIONS_COUNT {
        sets[index] = NEEDS[index].1;
        index += 1;
    }
    sets
};

/// The system calls of a program that can reach these WASI functions (bit `n`
/// for [`wasmc_abi::wasi::FUNCTIONS`]`[n]`), by number.
pub fn needed(reachable: u64, memory_is_checked: bool) -> impl Iterator<Item = HostCall> {
    let grow = if memory_is_checked { GROW_CHECKED } else { GROW_RESERVED };
    let reached = (0..).zip(&SETS).filter(move |(bit, _)| reachable >> bit & 1 != 0);
    let needed = reached.fold(ALWAYS | grow, |all, (_, set)| all | set);
    (0..).zip(&HOST_CALLS).filter(move |(bit, _)| needed >> bit & 1 != 0).map(|(_, call)| *call)
}

/// Bit `n` for [`HOST_CALLS`]`[n]`.
const fn set(calls: &[HostCall]) -> u64 {
    let mut set = 0;
    let mut index = 0;
    while index < calls.len() {
        let mut bit = 0;
        while SORTED[bit].number != calls[index].number {
            bit += 1;
        }
        set |= 1 << bit;
        index += 1;
    }
    set
}

/// Numbers differ between architectures, and so does their order.
const fn sorted(mut calls: [HostCall; HOST_CALLS_COUNT]) -> [HostCall; HOST_CALLS_COUNT] {
    let mut next = 1;
    while next < HOST_CALLS_COUNT {
        let mut index = next;
        while index > 0 && calls[index - 1].number > calls[index].number {
            calls.swap(index - 1, index);
            index -= 1;
        }
        next += 1;
    }
    calls
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn the_table_is_wasis() {
        for ((name, _), function) in NEEDS.iter().zip(&wasmc_abi::wasi::FUNCTIONS) {
            assert_eq!(*name, function.name);
        }
        assert!(HOST_CALLS.windows(2).all(|pair| pair[0].number < pair[1].number));
    }

    #[test]
    fn a_program_gets_what_it_reaches() {
        let numbers = |reachable| needed(reachable, false).map(|call| call.number).collect::<Vec<_>>();
        let bit = |name| 1 << wasmc_abi::wasi::index(name).unwrap();
        let (least, all) = (numbers(0), numbers(u64::MAX));
        assert_eq!(least.len(), ALWAYS.count_ones() as usize + 1);
        assert_eq!(all.len(), HOST_CALLS_COUNT - 2);
        let readdir = numbers(bit("fd_readdir"));
        assert!(readdir.contains(&numbers::__NR_getdents64) && !least.contains(&numbers::__NR_getdents64));
        assert!(!readdir.contains(&numbers::__NR_openat));
        let checked: Vec<_> = needed(0, true).map(|call| call.number).collect();
        assert!(checked.contains(&numbers::__NR_mmap) && !least.contains(&numbers::__NR_mmap));
    }
}
