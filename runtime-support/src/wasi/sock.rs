//! `sock_accept`, `sock_recv`, `sock_send`, `sock_shutdown`.

use rustix::fd::BorrowedFd;
use rustix::net::{RecvAncillaryBuffer, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendFlags};
use rustix::net::{Shutdown, SocketFlags, accept_with, recvmsg, sendmsg, shutdown};

use super::Call;
use super::types::fdflags;
use crate::errno::{Errno, Result};
use crate::fd::{Descriptor, Object, Table};
use crate::resolve::retry;

const RECV_PEEK: u32 = 1;
const RECV_WAITALL: u32 = 2;
const RECV_DATA_TRUNCATED: u16 = 1;
const SHUTDOWN_READ: u32 = 1;
const SHUTDOWN_WRITE: u32 = 2;

/// The host's descriptor, which the kernel will tell from a socket.
fn socket(table: &Table, fd: u32) -> Result<BorrowedFd<'_>> {
    let descriptor = table.get(fd)?;
    match descriptor.object {
        Object::Directory(_) | Object::Synthetic(_) => Err(Errno::NOTSOCK),
        Object::EmbeddedFile(_) | Object::EmbeddedDirectory(_) => Err(Errno::NOTSOCK),
        _ => descriptor.host(),
    }
}

pub fn sock_accept(call: &mut Call<'_>, fd: u32, flags: u32, accepted: u32) -> Result<()> {
    call.guest.check(accepted, 4)?;
    let host = socket(&call.world.table, fd)?;
    if flags & !u32::from(fdflags::NONBLOCK) != 0 {
        return Err(Errno::INVAL);
    }
    let is_nonblocking = flags & u32::from(fdflags::NONBLOCK) != 0;
    let mut host_flags = SocketFlags::CLOEXEC;
    host_flags.set(SocketFlags::NONBLOCK, is_nonblocking);
    let connection = retry(|| accept_with(host, host_flags))?;
    let new = call.world.table.insert(Descriptor::socket(connection, flags as u16))?;
    call.guest.write_u32(accepted, new)
}

pub fn sock_recv(
    call: &mut Call<'_>,
    fd: u32,
    iovecs: u32,
    count: u32,
    flags: u32,
    received: u32,
    out_flags: u32,
) -> Result<()> {
    call.guest.check(received, 4)?;
    call.guest.check(out_flags, 2)?;
    let world = &mut *call.world;
    let host = socket(&world.table, fd)?;
    if flags & !(RECV_PEEK | RECV_WAITALL) != 0 {
        return Err(Errno::INVAL);
    }
    let mut host_flags = RecvFlags::empty();
    host_flags.set(RecvFlags::PEEK, flags & RECV_PEEK != 0);
    host_flags.set(RecvFlags::WAITALL, flags & RECV_WAITALL != 0);
    let mut buffers = call.guest.iovecs(iovecs, count, &mut world.iovecs)?;
    let mut control = RecvAncillaryBuffer::new(&mut []);
    let message = retry(|| recvmsg(host, buffers.sinks(), &mut control, host_flags))?;
    let told = if message.flags.contains(ReturnFlags::TRUNC) { RECV_DATA_TRUNCATED } else { 0 };
    call.guest.write(out_flags, &told.to_le_bytes())?;
    call.guest.write_u32(received, message.bytes as u32)
}

pub fn sock_send(call: &mut Call<'_>, fd: u32, iovecs: u32, count: u32, flags: u32, sent: u32) -> Result<()> {
    call.guest.check(sent, 4)?;
    let world = &mut *call.world;
    let host = socket(&world.table, fd)?;
    if flags != 0 {
        return Err(Errno::INVAL);
    }
    let buffers = call.guest.iovecs(iovecs, count, &mut world.iovecs)?;
    let mut control = SendAncillaryBuffer::new(&mut []);
    let bytes = retry(|| sendmsg(host, buffers.sources(), &mut control, SendFlags::NOSIGNAL))?;
    call.guest.write_u32(sent, bytes as u32)
}

pub fn sock_shutdown(call: &mut Call<'_>, fd: u32, how: u32) -> Result<()> {
    let host = socket(&call.world.table, fd)?;
    const BOTH: u32 = SHUTDOWN_READ | SHUTDOWN_WRITE;
    let how = match how {
        SHUTDOWN_READ => Shutdown::Read,
        SHUTDOWN_WRITE => Shutdown::Write,
        BOTH => Shutdown::Both,
        _ => return Err(Errno::INVAL),
    };
    Ok(shutdown(host, how)?)
}

#[cfg(test)]
mod tests {
    use rustix::net::{AddressFamily, SocketType, socketpair};

    use super::super::testing::{BUFFER, DIR, OUT, Open, Sandbox};
    use super::*;
    use crate::resolve::Resolver;

    const IOVEC: u32 = 0x8000;

    fn add_pair(guest: &mut Sandbox) -> [u32; 2] {
        let (left, right) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        [left, right].map(|host| guest.world.table.insert(Descriptor::socket(host, 0)).unwrap())
    }

    fn receive(guest: &mut Sandbox, fd: u32, flags: u32) -> Result<u32> {
        guest.put(IOVEC, &[0, 0, 1, 0, 100, 0, 0, 0]);
        guest.call(|call| sock_recv(call, fd, IOVEC, 1, flags, OUT, OUT + 4))?;
        Ok(guest.u32(OUT))
    }

    #[test]
    fn bytes_go_through_until_the_end() {
        let mut guest = Sandbox::new(Resolver::new());
        let [left, right] = add_pair(&mut guest);
        guest.put(BUFFER, b"hello");
        guest.put(IOVEC, &[0, 0, 1, 0, 5, 0, 0, 0]);
        assert_eq!(guest.call(|call| sock_send(call, left, IOVEC, 1, 0, OUT)), Ok(()));
        assert_eq!(guest.u32(OUT), 5);
        assert_eq!(receive(&mut guest, right, RECV_PEEK), Ok(5));
        assert_eq!(receive(&mut guest, right, 0), Ok(5));
        assert_eq!(guest.bytes(BUFFER, 5), b"hello");
        assert_eq!(guest.write(left, b"again"), Ok(5));
        assert_eq!(guest.read(right, 100), Ok(b"again".to_vec()));
        assert_eq!(guest.call(|call| sock_shutdown(call, left, SHUTDOWN_WRITE)), Ok(()));
        assert_eq!(receive(&mut guest, right, 0), Ok(0));
        assert!(guest.world.table.take(right).is_ok());
        guest.put(IOVEC, &[0, 0, 1, 0, 5, 0, 0, 0]);
        assert_eq!(guest.call(|call| sock_send(call, left, IOVEC, 1, 0, OUT)), Err(Errno::PIPE));
    }

    #[test]
    fn what_is_no_socket_and_bad_flags() {
        let mut guest = Sandbox::new(Resolver::new());
        let file = guest.open(DIR, "file", Open::READ).unwrap();
        for (fd, errno) in [(file, Errno::NOTSOCK), (DIR, Errno::NOTSOCK), (99, Errno::BADF)] {
            assert_eq!(receive(&mut guest, fd, 0), Err(errno));
            assert_eq!(guest.call(|call| sock_send(call, fd, IOVEC, 1, 0, OUT)), Err(errno));
            assert_eq!(guest.call(|call| sock_accept(call, fd, 0, OUT)), Err(errno));
            assert_eq!(guest.call(|call| sock_shutdown(call, fd, 3)), Err(errno));
        }
        let [left, _] = add_pair(&mut guest);
        assert_eq!(receive(&mut guest, left, 4), Err(Errno::INVAL));
        assert_eq!(guest.call(|call| sock_send(call, left, IOVEC, 1, 1, OUT)), Err(Errno::INVAL));
        assert_eq!(guest.call(|call| sock_accept(call, left, 1, OUT)), Err(Errno::INVAL));
        for how in [0, 4] {
            assert_eq!(guest.call(|call| sock_shutdown(call, left, how)), Err(Errno::INVAL));
        }
    }
}
