//! The TCP sockets that the guest starts with.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use rustix::fd::OwnedFd;
use rustix::io::{self, Errno as Host};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};
use wasmc_abi::listen::{self, Address};

use super::{Failure, Reason, Result, TOO_MANY_NAMES};
use crate::fd::Descriptor;
use crate::wasi::types::fdflags;
use crate::world::World;

/// Most listeners of one executable.
const LISTENERS_MAX: usize = 64;
/// Connections that wait to be accepted: Linux's SOMAXCONN. The kernel may have
/// a lower limit.
const BACKLOG: i32 = 4096;

/// The addresses to listen on, in order.
pub struct Listeners {
    len: usize,
    addresses: [&'static [u8]; LISTENERS_MAX],
}

impl Listeners {
    pub fn new() -> Listeners {
        Listeners { len: 0, addresses: [b""; LISTENERS_MAX] }
    }

    pub fn add(&mut self, address: &'static [u8]) -> Result<()> {
        let slot = self.addresses.get_mut(self.len);
        *slot.ok_or(Failure::new(Reason::TooManyListeners, address))? = address;
        self.len += 1;
        Ok(())
    }

    /// Opens all of them, after whatever descriptors the guest has by then: for
    /// wasi-libc and Rust the first number that is no directory ends these.
    pub fn open(&self, world: &mut World) -> Result<()> {
        for text in self.addresses.iter().take(self.len) {
            let address =
                listen::parse(text).map_err(|error| Failure::new(Reason::ListenGrammar(error), text))?;
            let flags = if world.is_go { fdflags::NONBLOCK } else { 0 };
            let socket = open(address, world.is_go).map_err(|errno| cannot_listen(text, errno))?;
            world.table.insert(Descriptor::socket(socket, flags)).map_err(|_| TOO_MANY_NAMES)?;
        }
        Ok(())
    }
}

/// Go waits for connections with its poller, and so needs a socket that does
/// not block; others block where they accept.
fn open(address: Address, is_nonblocking: bool) -> io::Result<OwnedFd> {
    let mut flags = SocketFlags::CLOEXEC;
    flags.set(SocketFlags::NONBLOCK, is_nonblocking);
    let port = address.port;
    match address.host {
        listen::Host::V4(host) => open_v4(host, port, flags),
        listen::Host::V6(host) => open_v6(host, port, flags),
        listen::Host::Every => match open_v6(Ipv6Addr::UNSPECIFIED, port, flags) {
            // A kernel without IPv6.
            Err(Host::AFNOSUPPORT | Host::ADDRNOTAVAIL) => open_v4(Ipv4Addr::UNSPECIFIED, port, flags),
            result => result,
        },
    }
}

fn open_v4(host: Ipv4Addr, port: u16, flags: SocketFlags) -> io::Result<OwnedFd> {
    let socket = new_socket(AddressFamily::INET, flags)?;
    bind(&socket, &SocketAddrV4::new(host, port))?;
    listen(&socket, BACKLOG)?;
    Ok(socket)
}

fn open_v6(host: Ipv6Addr, port: u16, flags: SocketFlags) -> io::Result<OwnedFd> {
    let socket = new_socket(AddressFamily::INET6, flags)?;
    // Every address is IPv4's too, whatever the system's default.
    sockopt::set_ipv6_v6only(&socket, !host.is_unspecified())?;
    bind(&socket, &SocketAddrV6::new(host, port, 0, 0))?;
    listen(&socket, BACKLOG)?;
    Ok(socket)
}

fn new_socket(family: AddressFamily, flags: SocketFlags) -> io::Result<OwnedFd> {
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    // A restarted program need not wait until the kernel forgets its connections.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    Ok(socket)
}

fn cannot_listen(address: &'static [u8], errno: Host) -> Failure {
    let reason = match errno {
        Host::ADDRINUSE => Reason::AddressInUse,
        Host::ADDRNOTAVAIL => Reason::AddressNotAvailable,
        Host::AFNOSUPPORT => Reason::FamilyNotSupported,
        Host::ACCESS | Host::PERM => Reason::ListenDenied,
        Host::MFILE | Host::NFILE => Reason::ListenTooManyFiles,
        _ => Reason::CannotListen,
    };
    Failure::new(reason, address)
}
