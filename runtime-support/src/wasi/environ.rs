//! `environ_get`, `environ_sizes_get`.

use super::Call;
use super::args::{write_sizes, write_strings};
use crate::errno::Result;

pub fn environ_sizes_get(call: &mut Call<'_>, count: u32, bytes: u32) -> Result<()> {
    let environ = &call.world.environ;
    write_sizes(&mut call.guest, |index| environ.get(index), count, bytes)
}

pub fn environ_get(call: &mut Call<'_>, array: u32, buffer: u32) -> Result<()> {
    let environ = &call.world.environ;
    write_strings(&mut call.guest, |index| environ.get(index), array, buffer)
}
