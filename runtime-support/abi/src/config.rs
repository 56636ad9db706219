//! What an executable was built to allow: grants, environment, policy.
//!
//! A sequence of items, each a tag byte, a little-endian u32 length and that
//! many bytes of payload. Strings are raw bytes; numbers are little-endian.

/// Payload: one byte of [`policy`] bits. At most one such item.
const TAG_POLICY: u8 = 1;
/// Payload: flags byte, u32 length of the host path, host path, guest name.
const TAG_GRANT: u8 = 2;
/// Payload: `KEY=VALUE`.
const TAG_ENV_SET: u8 = 3;
/// Payload: `KEY`, taken from the environment at start if it is set there.
const TAG_ENV_INHERIT: u8 = 4;

const GRANT_READ_ONLY: u8 = 1;
const GRANT_OPTIONAL: u8 = 2;
const GRANT_HAS_GUEST: u8 = 4;

/// Bits of [`Item::Policy`].
pub mod policy {
    /// The executable takes grants from its own first arguments.
    pub const RUNTIME_DIRS: u8 = 1;
    /// PWD is set for the guest unless the environment given to it has one.
    pub const INJECT_PWD: u8 = 2;
    /// The guest is a Go program: a synthetic read-only `/` leads to the
    /// mounts, and directory descriptor -1 answers ENOENT.
    pub const GO_GUEST: u8 = 4;
}

/// One directory that the guest may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// As given: relative to the working directory at start, `{HOME}`,
    /// `{TMPDIR}` and `{EXE_DIR}` not yet expanded.
    pub host: &'a [u8],
    /// The guest's name for it, where one was given.
    pub guest: Option<&'a [u8]>,
    pub read_only: bool,
    /// A missing directory is skipped instead of an error.
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    Policy(u8),
    Grant(Grant<'a>),
    EnvSet(&'a [u8]),
    EnvInherit(&'a [u8]),
}

/// The items of an encoded configuration. Ends early at the first malformed
/// item: the bytes come from our own compiler, so that is a bug, not input.
pub fn items(bytes: &[u8]) -> Items<'_> {
    Items { rest: bytes }
}

pub struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (&tag, rest) = self.rest.split_first()?;
        let (payload, rest) = split_prefixed(rest)?;
        self.rest = rest;
        match tag {
            TAG_POLICY => Some(Item::Policy(*payload.first()?)),
            TAG_GRANT => decode_grant(payload).map(Item::Grant),
            TAG_ENV_SET => Some(Item::EnvSet(payload)),
            TAG_ENV_INHERIT => Some(Item::EnvInherit(payload)),
            _ => None,
        }
    }
}

fn split_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*len) as usize)
}

fn decode_grant(payload: &[u8]) -> Option<Grant<'_>> {
    let (&flags, rest) = payload.split_first()?;
    let (host, guest) = split_prefixed(rest)?;
    Some(Grant {
        host,
        guest: (flags & GRANT_HAS_GUEST != 0).then_some(guest),
        read_only: flags & GRANT_READ_ONLY != 0,
        optional: flags & GRANT_OPTIONAL != 0,
    })
}

/// Appends one item. `None` is impossible here: lengths beyond 4 GiB cannot
/// come from a command line.
#[cfg(any(feature = "encode", test))]
pub fn push(bytes: &mut alloc::vec::Vec<u8>, item: &Item<'_>) {
    let mut payload = alloc::vec::Vec::new();
    let tag = match item {
        Item::Policy(bits) => {
            payload.push(*bits);
            TAG_POLICY
        }
        Item::Grant(grant) => {
            payload.push(
                if grant.read_only { GRANT_READ_ONLY } else { 0 }
                    | if grant.optional { GRANT_OPTIONAL } else { 0 }
                    | if grant.guest.is_some() { GRANT_HAS_GUEST } else { 0 },
            );
            payload.extend_from_slice(&(grant.host.len() as u32).to_le_bytes());
            payload.extend_from_slice(grant.host);
            payload.extend_from_slice(grant.guest.unwrap_or_default());
            TAG_GRANT
        }
        Item::EnvSet(text) => {
            payload.extend_from_slice(text);
            TAG_ENV_SET
        }
        Item::EnvInherit(text) => {
            payload.extend_from_slice(text);
            TAG_ENV_INHERIT
        }
    };
    bytes.push(tag);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&payload);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn items_come_back_as_pushed() {
        let grant = Grant { host: b"{HOME}/x", guest: Some(b"/x"), read_only: true, optional: false };
        let sent = [
            Item::Policy(policy::INJECT_PWD | policy::GO_GUEST),
            Item::Grant(grant),
            Item::Grant(Grant { guest: None, read_only: false, optional: true, ..grant }),
            Item::EnvSet(b"A=b\nc"),
            Item::EnvInherit(b"HOME"),
        ];
        let mut bytes = Vec::new();
        for item in &sent {
            push(&mut bytes, item);
        }
        assert_eq!(items(&bytes).collect::<Vec<_>>(), sent);
    }

    #[test]
    fn a_cut_configuration_ends_early_and_does_not_panic() {
        let mut bytes = Vec::new();
        push(&mut bytes, &Item::EnvSet(b"A=b"));
        for len in 0..bytes.len() {
            assert_eq!(items(&bytes[..len]).count(), 0);
        }
    }
}
