//! The functions of WASI preview1 and their WebAssembly signatures.
//!
//! Source: the witx files `wasi_snapshot_preview1.witx` and
//! `wasi_unstable.witx` of the WASI repository, lowered as its preview1 ABI
//! says: pointers and sizes are i32, offsets, timestamps and rights i64.

/// A WebAssembly number type, as far as WASI uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    I32,
    I64,
}

/// One importable function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    pub name: &'static str,
    pub params: &'static [Type],
    /// All but proc_exit return an errno as i32.
    pub returns_errno: bool,
    /// Whether any parameter is a pointer into the guest's memory.
    pub takes_pointers: bool,
    /// Whether wasi_unstable has it too.
    pub in_unstable: bool,
}

/// The import module name of preview1.
pub const PREVIEW1: &str = "wasi_snapshot_preview1";
/// The import module name of its predecessor.
pub const UNSTABLE: &str = "wasi_unstable";

use Type::{I32, I64};

const fn function(name: &'static str, params: &'static [Type], takes_pointers: bool) -> Function {
    Function { name, params, returns_errno: true, takes_pointers, in_unstable: true }
}

/// All 46 functions of preview1, by name.
pub const FUNCTIONS: [Function; 46] = [
    function("args_get", &[I32, I32], true),
    function("args_sizes_get", &[I32, I32], true),
    function("clock_res_get", &[I32, I32], true),
    function("clock_time_get", &[I32, I64, I32], true),
    function("environ_get", &[I32, I32], true),
    function("environ_sizes_get", &[I32, I32], true),
    function("fd_advise", &[I32, I64, I64, I32], false),
    function("fd_allocate", &[I32, I64, I64], false),
    function("fd_close", &[I32], false),
    function("fd_datasync", &[I32], false),
    function("fd_fdstat_get", &[I32, I32], true),
    function("fd_fdstat_set_flags", &[I32, I32], false),
    function("fd_fdstat_set_rights", &[I32, I64, I64], false),
    function("fd_filestat_get", &[I32, I32], true),
    function("fd_filestat_set_size", &[I32, I64], false),
    function("fd_filestat_set_times", &[I32, I64, I64, I32], false),
    function("fd_pread", &[I32, I32, I32, I64, I32], true),
    function("fd_prestat_dir_name", &[I32, I32, I32], true),
    function("fd_prestat_get", &[I32, I32], true),
    function("fd_pwrite", &[I32, I32, I32, I64, I32], true),
    function("fd_read", &[I32, I32, I32, I32], true),
    function("fd_readdir", &[I32, I32, I32, I64, I32], true),
    function("fd_renumber", &[I32, I32], false),
    function("fd_seek", &[I32, I64, I32, I32], true),
    function("fd_sync", &[I32], false),
    function("fd_tell", &[I32, I32], true),
    function("fd_write", &[I32, I32, I32, I32], true),
    function("path_create_directory", &[I32, I32, I32], true),
    function("path_filestat_get", &[I32, I32, I32, I32, I32], true),
    function("path_filestat_set_times", &[I32, I32, I32, I32, I64, I64, I32], true),
    function("path_link", &[I32, I32, I32, I32, I32, I32, I32], true),
    function("path_open", &[I32, I32, I32, I32, I32, I64, I64, I32, I32], true),
    function("path_readlink", &[I32, I32, I32, I32, I32, I32], true),
    function("path_remove_directory", &[I32, I32, I32], true),
    function("path_rename", &[I32, I32, I32, I32, I32, I32], true),
    function("path_symlink", &[I32, I32, I32, I32, I32], true),
    function("path_unlink_file", &[I32, I32, I32], true),
    function("poll_oneoff", &[I32, I32, I32, I32], true),
    Function { returns_errno: false, ..function("proc_exit", &[I32], false) },
    function("proc_raise", &[I32], false),
    function("random_get", &[I32, I32], true),
    function("sched_yield", &[], false),
    Function { in_unstable: false, ..function("sock_accept", &[I32, I32, I32], true) },
    function("sock_recv", &[I32, I32, I32, I32, I32, I32], true),
    function("sock_send", &[I32, I32, I32, I32, I32], true),
    function("sock_shutdown", &[I32, I32], false),
];

/// The position of `name` in [`FUNCTIONS`], which is also its bit in
/// [`crate::config::Item::Calls`].
pub fn index(name: &str) -> Option<usize> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok()
}

/// [`index`] of the function behind a symbol such as
/// `wasmc_wasi_snapshot_preview1_fd_write`.
pub fn index_of_symbol(symbol: &str) -> Option<usize> {
    let name = symbol.strip_prefix(crate::symbols::WASI_PREFIX)?;
    let name = name.strip_prefix(PREVIEW1).or_else(|| name.strip_prefix(UNSTABLE))?;
    index(name.strip_prefix('_')?)
}

/// The function `name` of the import module `module`, if WASI has it.
pub fn find(module: &str, name: &str) -> Option<&'static Function> {
    let function = &FUNCTIONS[index(name)?];
    match module {
        PREVIEW1 => Some(function),
        UNSTABLE if function.in_unstable => Some(function),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn symbols_lead_to_functions() {
        let of = |symbol| index_of_symbol(symbol).map(|index| FUNCTIONS[index].name);
        assert_eq!(of("wasmc_wasi_snapshot_preview1_fd_write"), Some("fd_write"));
        assert_eq!(of("wasmc_wasi_unstable_fd_seek"), Some("fd_seek"));
        assert_eq!(of("wasmc_memory_grow"), None);
        assert_eq!(of("host_f"), None);
    }

    #[test]
    fn unstable_lacks_sock_accept() {
        assert!(find(PREVIEW1, "sock_accept").is_some());
        assert!(find(UNSTABLE, "sock_accept").is_none());
        assert!(find("env", "fd_write").is_none());
    }
}
