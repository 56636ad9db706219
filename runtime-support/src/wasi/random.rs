//! `random_get`.

use rustix::rand::{GetRandomFlags, getrandom};

use super::Call;
use crate::errno::Result;
use crate::resolve::retry;

/// Fills guest memory in place, however long, as often as the kernel stops.
pub fn random_get(call: &mut Call<'_>, buffer: u32, len: u32) -> Result<()> {
    let mut rest = call.guest.bytes_mut(buffer, len)?;
    while !rest.is_empty() {
        let filled = retry(|| getrandom(&mut *rest, GetRandomFlags::empty()))?;
        rest = rest.get_mut(filled..).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BUFFER, Sandbox};
    use super::*;
    use crate::errno::Errno;
    use crate::resolve::Resolver;

    #[test]
    fn fills_exactly_what_is_asked_for() {
        let mut guest = Sandbox::new(Resolver::new());
        assert_eq!(guest.call(|call| random_get(call, BUFFER, 0)), Ok(()));
        assert_eq!(guest.call(|call| random_get(call, BUFFER, 4000)), Ok(()));
        let bytes = guest.bytes(BUFFER, 4100);
        assert!(bytes[3900..4000].iter().any(|byte| *byte != 0));
        assert!(bytes[4000..].iter().all(|byte| *byte == 0));
        assert_eq!(guest.call(|call| random_get(call, BUFFER, u32::MAX)), Err(Errno::FAULT));
    }
}
