//! `args_get`, `args_sizes_get`, and what they share with the environment.

use super::Call;
use crate::errno::{Errno, Result};
use crate::guest::Guest;

pub fn args_sizes_get(call: &mut Call<'_>, count: u32, bytes: u32) -> Result<()> {
    let world = &*call.world;
    write_sizes(&mut call.guest, |index| world.arg(index), count, bytes)
}

pub fn args_get(call: &mut Call<'_>, argv: u32, buffer: u32) -> Result<()> {
    let world = &*call.world;
    write_strings(&mut call.guest, |index| world.arg(index), argv, buffer)
}

/// Writes how many strings there are, and the bytes of all with their NULs.
pub fn write_sizes<'t>(
    guest: &mut Guest<'_>,
    string: impl Fn(usize) -> Option<&'t [u8]>,
    count_at: u32,
    bytes_at: u32,
) -> Result<()> {
    let (mut count, mut bytes) = (0u32, 0u32);
    for text in (0..).map_while(string) {
        let len = u32::try_from(text.len() + 1).map_err(|_| Errno::OVERFLOW)?;
        bytes = bytes.checked_add(len).ok_or(Errno::OVERFLOW)?;
        count += 1;
    }
    guest.check(count_at, 4)?;
    guest.write_u32(bytes_at, bytes)?;
    guest.write_u32(count_at, count)
}

/// Writes an array of pointers and the strings that they point to.
pub fn write_strings<'t>(
    guest: &mut Guest<'_>,
    string: impl Fn(usize) -> Option<&'t [u8]>,
    array: u32,
    buffer: u32,
) -> Result<()> {
    let (mut slot, mut at) = (array, buffer);
    for text in (0..).map_while(string) {
        let end = at.checked_add(text.len() as u32).ok_or(Errno::FAULT)?;
        guest.write_u32(slot, at)?;
        guest.write(at, text)?;
        guest.write(end, &[0])?;
        slot = slot.checked_add(4).ok_or(Errno::FAULT)?;
        at = end.checked_add(1).ok_or(Errno::FAULT)?;
    }
    Ok(())
}
