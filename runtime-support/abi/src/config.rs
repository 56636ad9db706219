//! What an executable was built to allow: grants, environment, policy.
//!
//! A sequence of items, each a tag byte, a little-endian u32 length and that
//! many bytes of payload. Strings are raw bytes; numbers are little-endian.

/// Payload: u32 of [`policy`] bits. At most one such item.
const TAG_POLICY: u8 = 1;
/// Payload: flags byte, u32 length of the host path, host path, guest name.
const TAG_GRANT: u8 = 2;
/// Payload: `KEY=VALUE`.
const TAG_ENV_SET: u8 = 3;
/// Payload: `KEY`, taken from the environment at start if it is set there.
const TAG_ENV_INHERIT: u8 = 4;
/// Payload: the program's name for itself.
const TAG_ARGV0: u8 = 5;
/// Payload: `HOST:PORT`.
const TAG_LISTEN: u8 = 6;
/// Payload: the guest's name. The trees are in the same order in the image.
const TAG_EMBED: u8 = 7;
/// Payload: u64, bit `n` for [`crate::wasi::FUNCTIONS`]`[n]`.
const TAG_CALLS: u8 = 8;
/// Payload: name and version of the compiler.
const TAG_COMPILER: u8 = 9;
/// Payload: 32 bytes.
const TAG_MODULE_SHA256: u8 = 10;

const GRANT_READ_ONLY: u8 = 1;
const GRANT_OPTIONAL: u8 = 2;
const GRANT_HAS_GUEST: u8 = 4;

/// Bits of [`Item::Policy`].
pub mod policy {
    /// The executable takes grants from its own first arguments.
    pub const RUNTIME_DIRS: u32 = 1;
    /// PWD is set for the guest unless the environment given to it has one.
    pub const INJECT_PWD: u32 = 2;
    /// The guest is a Go program: a synthetic read-only `/` leads to the
    /// mounts, and directory descriptor -1 answers ENOENT.
    pub const GO_GUEST: u32 = 4;
    /// The guest sees every variable of the environment.
    pub const INHERIT_ENV: u32 = 8;
    /// The kernel is asked to enforce the grants too, as far as it can.
    pub const KERNEL_SANDBOX: u32 = 16;
    /// The program does not start unless the kernel does that in full.
    pub const KERNEL_SANDBOX_REQUIRED: u32 = 32;
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
    Policy(u32),
    Grant(Grant<'a>),
    EnvSet(&'a [u8]),
    EnvInherit(&'a [u8]),
    /// What the guest sees as its argument 0.
    Argv0(&'a [u8]),
    /// A TCP listener that the guest starts with, as [`crate::listen`] reads it.
    Listen(&'a [u8]),
    /// A read-only tree in the executable, by the guest's name for it.
    Embed(&'a [u8]),
    /// The WASI functions that the program can reach: bit `n` for
    /// [`crate::wasi::FUNCTIONS`]`[n]`, of preview1 or its predecessor.
    Calls(u64),
    /// For people: what made the executable.
    Compiler(&'a [u8]),
    /// For people: the SHA-256 of the module that it was made from.
    ModuleSha256(&'a [u8; 32]),
}

/// The items of an encoded configuration. Ends early at the first malformed
/// item: the bytes come from our own compiler, so that is a bug, not input.
pub fn items(bytes: &[u8]) -> Items<'_> {
    Items { rest: bytes }
}

pub struct Items<'a> {
    rest: &'a [u8],
}

impl Items<'_> {
    /// Whether all of the bytes were understood.
    pub fn is_finished(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (&tag, rest) = self.rest.split_first()?;
        let (payload, rest) = split_prefixed(rest)?;
        let item = match tag {
            TAG_POLICY => Some(Item::Policy(u32::from_le_bytes(*payload.first_chunk()?))),
            TAG_GRANT => decode_grant(payload).map(Item::Grant),
            TAG_ENV_SET => Some(Item::EnvSet(payload)),
            TAG_ENV_INHERIT => Some(Item::EnvInherit(payload)),
            TAG_ARGV0 => Some(Item::Argv0(payload)),
            TAG_LISTEN => Some(Item::Listen(payload)),
            TAG_EMBED => Some(Item::Embed(payload)),
            TAG_CALLS => Some(Item::Calls(u64::from_le_bytes(*payload.first_chunk()?))),
            TAG_COMPILER => Some(Item::Compiler(payload)),
            TAG_MODULE_SHA256 => payload.first_chunk().map(Item::ModuleSha256),
            _ => None,
        }?;
        self.rest = rest;
        Some(item)
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
    let (tag, payload) = match item {
        Item::Policy(bits) => (TAG_POLICY, bits.to_le_bytes().to_vec()),
        Item::Grant(grant) => (TAG_GRANT, encode_grant(grant)),
        Item::EnvSet(text) => (TAG_ENV_SET, text.to_vec()),
        Item::EnvInherit(text) => (TAG_ENV_INHERIT, text.to_vec()),
        Item::Argv0(text) => (TAG_ARGV0, text.to_vec()),
        Item::Listen(text) => (TAG_LISTEN, text.to_vec()),
        Item::Embed(guest) => (TAG_EMBED, guest.to_vec()),
        Item::Calls(bits) => (TAG_CALLS, bits.to_le_bytes().to_vec()),
        Item::Compiler(text) => (TAG_COMPILER, text.to_vec()),
        Item::ModuleSha256(hash) => (TAG_MODULE_SHA256, hash.to_vec()),
    };
    bytes.push(tag);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&payload);
}

#[cfg(any(feature = "encode", test))]
fn encode_grant(grant: &Grant<'_>) -> alloc::vec::Vec<u8> {
    let flags = [
        (grant.read_only, GRANT_READ_ONLY),
        (grant.optional, GRANT_OPTIONAL),
        (grant.guest.is_some(), GRANT_HAS_GUEST),
    ];
    let flags = flags.iter().filter(|(is_set, _)| *is_set).fold(0, |all, (_, bit)| all | bit);
    let mut payload = alloc::vec![flags];
    payload.extend_from_slice(&(grant.host.len() as u32).to_le_bytes());
    payload.extend_from_slice(grant.host);
    payload.extend_from_slice(grant.guest.unwrap_or_default());
    payload
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
            Item::Argv0(b"tool"),
            Item::Listen(b"127.0.0.1:80"),
            Item::Embed(b"/assets"),
            Item::Calls(1 << 45),
            Item::Compiler(b"wasmc 1"),
            Item::ModuleSha256(&[7; 32]),
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
            let mut items = items(&bytes[..len]);
            assert_eq!((items.by_ref().count(), items.is_finished()), (0, len == 0));
        }
    }
}
