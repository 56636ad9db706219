//! `fd_prestat_get`, `fd_prestat_dir_name`: the directories a guest starts with.

use super::Call;
use crate::errno::{Errno, Result};
use crate::fd::Object;
use crate::guest::Record;
use crate::world::World;

const PREOPENTYPE_DIR: u8 = 0;

fn name(world: &World, fd: u32) -> Result<&'static [u8]> {
    let descriptor = world.table.get(fd)?;
    // Guests stop looking at EBADF, and some exit at anything else.
    if !descriptor.is_preopen {
        return Err(Errno::BADF);
    }
    match descriptor.object {
        Object::Synthetic(_) => Ok(b"/"),
        _ => world.mounts.get(descriptor.mount).map(|mount| mount.name).ok_or(Errno::BADF),
    }
}

pub fn fd_prestat_get(call: &mut Call<'_>, fd: u32, prestat: u32) -> Result<()> {
    let len = name(call.world, fd)?.len() as u32;
    let record = Record::<8>::ZERO.put(0, &[PREOPENTYPE_DIR]).put(4, &len.to_le_bytes());
    call.guest.write(prestat, &record.0)
}

pub fn fd_prestat_dir_name(call: &mut Call<'_>, fd: u32, buffer: u32, len: u32) -> Result<()> {
    let name = name(call.world, fd)?;
    if name.len() > len as usize {
        return Err(Errno::NAMETOOLONG);
    }
    call.guest.write(buffer, name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BUFFER, DIR, OUT, Open, Sandbox};
    use super::*;
    use crate::resolve::Resolver;
    use crate::world::MountId;

    #[test]
    fn only_what_the_guest_starts_with_has_a_name() {
        let mut guest = Sandbox::new(Resolver::new());
        guest.world.mounts.get_mut(MountId::FIRST).unwrap().name = b"/data";
        assert_eq!(guest.call(|call| fd_prestat_get(call, DIR, OUT)), Ok(()));
        assert_eq!((guest.u32(OUT), guest.u32(OUT + 4)), (0, 5));
        for (len, result) in [(4, Err(Errno::NAMETOOLONG)), (5, Ok(())), (6, Ok(()))] {
            assert_eq!(guest.call(|call| fd_prestat_dir_name(call, DIR, BUFFER, len)), result);
        }
        assert_eq!(guest.bytes(BUFFER, 6), b"/data\0");
        let opened = guest.open(DIR, "sub", Open::DIRECTORY).unwrap();
        for fd in [0, opened, 99] {
            assert_eq!(guest.call(|call| fd_prestat_get(call, fd, OUT)), Err(Errno::BADF));
        }
    }
}
