//! The functions of WASI preview1, and of its predecessor `wasi_unstable`, as
//! compiled code calls them.
//!
//! To add one: write it in its area's file, as `fn(&mut Call, parameters) ->
//! Result<()>`, and give it a line in the table below.

pub mod types;

mod args;
#[cfg(test)]
mod attacks;
mod clock;
mod dir;
#[cfg(test)]
mod embedded;
mod environ;
mod fd_io;
mod fd_stat;
mod open;
mod path;
pub mod poll;
mod prestat;
mod process;
mod random;
mod signal;
mod sock;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod whole_host;

use wasmc_abi::app::MemoryRecord;

use crate::errno::Result;
use crate::guest::Guest;
use crate::path::PathBuffer;
use crate::returns;
use crate::world::{self, World};
use types::Dialect;

/// One call in progress.
pub struct Call<'c> {
    pub guest: Guest<'c>,
    pub world: &'c mut World,
    /// Room for one path.
    pub path: &'c mut PathBuffer,
}

impl Call<'_> {
    /// # Safety
    /// For compiled code only: `memory` is its module's record or null, and no
    /// other call is in progress.
    #[allow(unsafe_code)]
    unsafe fn new(memory: *mut MemoryRecord) -> Call<'static> {
        // SAFETY: the guest does not run during the call, so its memory and the
        // world are the call's alone.
        let (guest, (world, path)) = unsafe { (Guest::new(memory), world::enter()) };
        Call { guest, world, path }
    }
}

/// What the guest gets for a result.
fn status(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(errno) => i32::from(errno.code()),
    }
}

/// Whether a function does the same for a file and a directory, so that
/// [`World::settle`] can wait.
const fn is_blind(function: &str) -> bool {
    matches!(function.as_bytes(), b"fd_read" | b"fd_close" | b"clock_time_get")
}

/// Whether a function often makes a system call, after which its return would be
/// slow; `fd_close` sees to that itself.
const fn enters_kernel(function: &str) -> bool {
    !matches!(
        function.as_bytes(),
        b"args_get"
            | b"args_sizes_get"
            | b"clock_time_get"
            | b"environ_get"
            | b"environ_sizes_get"
            | b"fd_close"
            | b"fd_fdstat_get"
            | b"fd_prestat_dir_name"
            | b"fd_prestat_get"
    )
}

macro_rules! functions {
    ($module:literal: $($area:ident::$name:ident$([$dialect:ident])?($($param:ident: $type:ident),*);)*) => {
        $(
            // SAFETY: the name is this table's; nothing else defines it.
            #[unsafe(export_name = concat!("wasmc_", $module, "_", stringify!($name)))]
            extern "C" fn $name(memory: *mut MemoryRecord, $($param: $type),*) -> i32 {
                // SAFETY: compiled code passes its own memory's record.
                let mut call = unsafe { super::Call::new(memory) };
                const IS_BLIND: bool = super::is_blind(stringify!($name));
                if !IS_BLIND && call.world.unsettled.is_some() {
                    call.world.settle();
                }
                let status =
                    super::status(super::$area::$name(&mut call, $(super::Dialect::$dialect,)? $($param),*));
                if const { super::enters_kernel(stringify!($name)) } {
                    super::returns::repair();
                }
                status
            }
        )*

        // SAFETY: as above.
        #[unsafe(export_name = concat!("wasmc_", $module, "_proc_exit"))]
        extern "C" fn proc_exit(_memory: *mut MemoryRecord, code: u32) {
            super::process::proc_exit(code)
        }

        /// The table's names and parameters, to compare with the compiler's.
        #[cfg(test)]
        pub const NAMES: &[(&str, &[&str])] =
            &[$((stringify!($name), &[$(stringify!($type)),*])),*, ("proc_exit", &["u32"])];
    };
}

// A function whose layouts differ between the two is told which one called, in
// brackets. The others' code is the same for both, and merged.
macro_rules! table {
    ($dialect:ident, $module:literal $(, $extra:tt)?) => {
        functions! { $module:
            args::args_get(argv: u32, buffer: u32);
            args::args_sizes_get(count: u32, bytes: u32);
            clock::clock_res_get(clock: u32, resolution: u32);
            clock::clock_time_get(clock: u32, precision: u64, time: u32);
            environ::environ_get(environ: u32, buffer: u32);
            environ::environ_sizes_get(count: u32, bytes: u32);
            fd_stat::fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
            fd_stat::fd_allocate(fd: u32, offset: u64, len: u64);
            fd_stat::fd_close(fd: u32);
            fd_io::fd_datasync(fd: u32);
            fd_stat::fd_fdstat_get(fd: u32, stat: u32);
            fd_stat::fd_fdstat_set_flags(fd: u32, flags: u32);
            fd_stat::fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
            fd_stat::fd_filestat_get[$dialect](fd: u32, stat: u32);
            fd_stat::fd_filestat_set_size(fd: u32, size: u64);
            fd_stat::fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32);
            fd_io::fd_pread(fd: u32, iovecs: u32, count: u32, offset: u64, read: u32);
            prestat::fd_prestat_dir_name(fd: u32, buffer: u32, len: u32);
            prestat::fd_prestat_get(fd: u32, prestat: u32);
            fd_io::fd_pwrite(fd: u32, iovecs: u32, count: u32, offset: u64, written: u32);
            fd_io::fd_read(fd: u32, iovecs: u32, count: u32, read: u32);
            dir::fd_readdir(fd: u32, buffer: u32, len: u32, cookie: u64, used: u32);
            fd_stat::fd_renumber(from: u32, to: u32);
            fd_io::fd_seek[$dialect](fd: u32, offset: u64, whence: u32, position: u32);
            fd_io::fd_sync(fd: u32);
            fd_io::fd_tell(fd: u32, position: u32);
            fd_io::fd_write(fd: u32, iovecs: u32, count: u32, written: u32);
            path::path_create_directory(fd: u32, path: u32, len: u32);
            path::path_filestat_get[$dialect](fd: u32, lookup: u32, path: u32, len: u32, stat: u32);
            path::path_filestat_set_times(fd: u32, lookup: u32, path: u32, len: u32, accessed: u64, modified: u64, flags: u32);
            path::path_link(from_fd: u32, lookup: u32, from: u32, from_len: u32, to_fd: u32, to: u32, to_len: u32);
            open::path_open(fd: u32, lookup: u32, path: u32, len: u32, oflags: u32, base: u64, inheriting: u64, fdflags: u32, opened: u32);
            path::path_readlink(fd: u32, path: u32, len: u32, buffer: u32, buffer_len: u32, used: u32);
            path::path_remove_directory(fd: u32, path: u32, len: u32);
            path::path_rename(from_fd: u32, from: u32, from_len: u32, to_fd: u32, to: u32, to_len: u32);
            path::path_symlink(target: u32, target_len: u32, fd: u32, path: u32, len: u32);
            path::path_unlink_file(fd: u32, path: u32, len: u32);
            poll::poll_oneoff[$dialect](subscriptions: u32, events: u32, count: u32, stored: u32);
            process::proc_raise(signal: u32);
            random::random_get(buffer: u32, len: u32);
            process::sched_yield();
            $(sock::$extra(fd: u32, flags: u32, accepted: u32);)?
            sock::sock_recv(fd: u32, iovecs: u32, count: u32, flags: u32, received: u32, out_flags: u32);
            sock::sock_send(fd: u32, iovecs: u32, count: u32, flags: u32, sent: u32);
            sock::sock_shutdown(fd: u32, how: u32);
        }
    };
}

// The exported names are the one thing here that the compiler cannot check.
#[allow(unsafe_code, clippy::too_many_arguments)]
mod preview1 {
    use wasmc_abi::app::MemoryRecord;
    table!(Preview1, "wasi_snapshot_preview1", sock_accept);
}

#[allow(unsafe_code, clippy::too_many_arguments)]
mod unstable {
    use wasmc_abi::app::MemoryRecord;
    table!(Unstable, "wasi_unstable");
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;
    use wasmc_abi::wasi::{self, Type};

    fn check(module: &str, names: &[(&str, &[&str])]) {
        let expected: Vec<_> =
            wasi::FUNCTIONS.iter().filter(|function| wasi::find(module, function.name).is_some()).collect();
        assert_eq!(names.len(), expected.len());
        for function in expected {
            let params: Vec<_> =
                function.params.iter().map(|param| if *param == Type::I32 { "u32" } else { "u64" }).collect();
            let found = names.iter().find(|(name, _)| *name == function.name);
            assert_eq!(found.map(|(_, params)| params.to_vec()), Some(params), "{}", function.name);
        }
    }

    #[test]
    fn the_tables_are_the_compilers() {
        check(wasi::PREVIEW1, super::preview1::NAMES);
        check(wasi::UNSTABLE, super::unstable::NAMES);
    }
}
