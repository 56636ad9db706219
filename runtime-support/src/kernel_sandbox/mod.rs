//! Defence in depth: what the kernel denies the process, so that a mistake of
//! ours in checking paths or pointers opens nothing that was not granted.
//!
//! Everything here happens before the guest's first instruction and holds to
//! the end of the process.

mod calls;
mod landlock;
mod seccomp;

use wasmc_abi::config::{self, Item, policy};
use wasmc_abi::wasi;

use crate::world::World;
use crate::{fd, report};

/// Restricts the process as far as `config` asks for; ends it where the kernel
/// lacks what is required.
pub fn enter(world: &World, config: &'static [u8], memory_is_checked: bool) {
    let policy = policy(config);
    if policy & policy::KERNEL_SANDBOX == 0 {
        return;
    }
    let reachable = reachable(config);
    if closes_streams(reachable) {
        fd::open_null();
    }
    let outcomes = [
        (rustix::thread::set_no_new_privs(true).is_ok(), "no-new-privs"),
        (landlock::restrict(world).is_ok(), "Landlock (ABI 2, Linux 5.19)"),
        (seccomp::restrict(calls::needed(reachable, memory_is_checked)).is_ok(), "seccomp filters"),
    ];
    if policy & policy::KERNEL_SANDBOX_REQUIRED != 0 {
        demand(&outcomes);
    }
}

fn policy(config: &'static [u8]) -> u32 {
    let find = |item| match item {
        Item::Policy(bits) => Some(bits),
        _ => None,
    };
    config::items(config).find_map(find).unwrap_or(0)
}

/// The WASI functions that the program can call; all, where nobody says.
fn reachable(config: &'static [u8]) -> u64 {
    let find = |item| match item {
        Item::Calls(bits) => Some(bits),
        _ => None,
    };
    config::items(config).find_map(find).unwrap_or(u64::MAX)
}

/// Whether a standard stream may be closed, for which `/dev/null` is there.
fn closes_streams(reachable: u64) -> bool {
    let functions = ["fd_close", "fd_renumber"];
    functions.iter().filter_map(|name| wasi::index(name)).any(|bit| reachable >> bit & 1 != 0)
}

/// Ends the process, naming what is missing, unless nothing is.
fn demand(outcomes: &[(bool, &'static str); 3]) {
    let mut message = [&b""[..]; 1 + 2 * 3];
    let (start, names) = message.split_at_mut(1);
    start[0] = b"--kernel-sandbox=require, but the kernel does not provide ";
    let mut is_first = true;
    let missing = outcomes.iter().filter(|(is_there, _)| !is_there);
    for (slots, (_, name)) in names.chunks_exact_mut(2).zip(missing) {
        slots.copy_from_slice(&[if is_first { b"" } else { b", " }, name.as_bytes()]);
        is_first = false;
    }
    if !is_first {
        report::fatal(&message);
    }
}
