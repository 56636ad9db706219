//! WASI's error numbers, and Linux's in terms of them.

use rustix::io::Errno as Host;

/// A WASI errno other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(u16);

pub type Result<T> = core::result::Result<T, Errno>;

impl Errno {
    pub const ACCES: Errno = Errno(2);
    pub const AGAIN: Errno = Errno(6);
    pub const BADF: Errno = Errno(8);
    pub const BUSY: Errno = Errno(10);
    pub const EXIST: Errno = Errno(20);
    pub const FAULT: Errno = Errno(21);
    pub const INVAL: Errno = Errno(28);
    pub const IO: Errno = Errno(29);
    pub const ISDIR: Errno = Errno(31);
    pub const LOOP: Errno = Errno(32);
    pub const MFILE: Errno = Errno(33);
    pub const NAMETOOLONG: Errno = Errno(37);
    pub const NOENT: Errno = Errno(44);
    pub const NOTDIR: Errno = Errno(54);
    pub const NOTSOCK: Errno = Errno(57);
    pub const NOTSUP: Errno = Errno(58);
    pub const OVERFLOW: Errno = Errno(61);
    /// Also every attempt to leave what was granted: Go's `os.ErrPermission`
    /// matches this one and not ENOTCAPABLE.
    pub const PERM: Errno = Errno(63);
    pub const PIPE: Errno = Errno(64);
    pub const ROFS: Errno = Errno(69);
    pub const SPIPE: Errno = Errno(70);

    /// What the guest sees.
    pub fn code(self) -> u16 {
        self.0
    }
}

impl From<Host> for Errno {
    fn from(host: Host) -> Errno {
        let index = usize::try_from(host.raw_os_error()).unwrap_or(usize::MAX);
        match FROM_LINUX.get(index) {
            Some(0) | None => Errno::IO,
            Some(code) => Errno(u16::from(*code)),
        }
    }
}

/// One more than the largest Linux number that has a WASI counterpart.
const LINUX_ERRNOS: usize = 132;

/// WASI's number by Linux's; 0 where there is none.
static FROM_LINUX: [u8; LINUX_ERRNOS] = {
    let mut table = [0; LINUX_ERRNOS];
    let mut index = 0;
    while index < PAIRS.len() {
        table[PAIRS[index].0.raw_os_error() as usize] = PAIRS[index].1;
        index += 1;
    }
    table
};

const PAIRS: [(Host, u8); 75] = [
    (Host::TOOBIG, 1),
    (Host::ACCESS, 2),
    (Host::ADDRINUSE, 3),
    (Host::ADDRNOTAVAIL, 4),
    (Host::AFNOSUPPORT, 5),
    (Host::AGAIN, 6),
    (Host::ALREADY, 7),
    (Host::BADF, 8),
    (Host::BADMSG, 9),
    (Host::BUSY, 10),
    (Host::CANCELED, 11),
    (Host::CHILD, 12),
    (Host::CONNABORTED, 13),
    (Host::CONNREFUSED, 14),
    (Host::CONNRESET, 15),
    (Host::DEADLK, 16),
    (Host::DESTADDRREQ, 17),
    (Host::DOM, 18),
    (Host::DQUOT, 19),
    (Host::EXIST, 20),
    (Host::FAULT, 21),
    (Host::FBIG, 22),
    (Host::HOSTUNREACH, 23),
    (Host::IDRM, 24),
    (Host::ILSEQ, 25),
    (Host::INPROGRESS, 26),
    (Host::INTR, 27),
    (Host::INVAL, 28),
    (Host::IO, 29),
    (Host::ISCONN, 30),
    (Host::ISDIR, 31),
    (Host::LOOP, 32),
    (Host::MFILE, 33),
    (Host::MLINK, 34),
    (Host::MSGSIZE, 35),
    (Host::MULTIHOP, 36),
    (Host::NAMETOOLONG, 37),
    (Host::NETDOWN, 38),
    (Host::NETRESET, 39),
    (Host::NETUNREACH, 40),
    (Host::NFILE, 41),
    (Host::NOBUFS, 42),
    (Host::NODEV, 43),
    (Host::NOENT, 44),
    (Host::NOEXEC, 45),
    (Host::NOLCK, 46),
    (Host::NOLINK, 47),
    (Host::NOMEM, 48),
    (Host::NOMSG, 49),
    (Host::NOPROTOOPT, 50),
    (Host::NOSPC, 51),
    (Host::NOSYS, 52),
    (Host::NOTCONN, 53),
    (Host::NOTDIR, 54),
    (Host::NOTEMPTY, 55),
    (Host::NOTRECOVERABLE, 56),
    (Host::NOTSOCK, 57),
    (Host::OPNOTSUPP, 58),
    (Host::NOTTY, 59),
    (Host::NXIO, 60),
    (Host::OVERFLOW, 61),
    (Host::OWNERDEAD, 62),
    (Host::PERM, 63),
    (Host::PIPE, 64),
    (Host::PROTO, 65),
    (Host::PROTONOSUPPORT, 66),
    (Host::PROTOTYPE, 67),
    (Host::RANGE, 68),
    (Host::ROFS, 69),
    (Host::SPIPE, 70),
    (Host::SRCH, 71),
    (Host::STALE, 72),
    (Host::TIMEDOUT, 73),
    (Host::TXTBSY, 74),
    (Host::XDEV, 75),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_constants_agree_with_the_table() {
        let named = [
            (Host::ACCESS, Errno::ACCES),
            (Host::AGAIN, Errno::AGAIN),
            (Host::BADF, Errno::BADF),
            (Host::BUSY, Errno::BUSY),
            (Host::EXIST, Errno::EXIST),
            (Host::FAULT, Errno::FAULT),
            (Host::INVAL, Errno::INVAL),
            (Host::IO, Errno::IO),
            (Host::ISDIR, Errno::ISDIR),
            (Host::LOOP, Errno::LOOP),
            (Host::MFILE, Errno::MFILE),
            (Host::NAMETOOLONG, Errno::NAMETOOLONG),
            (Host::NOENT, Errno::NOENT),
            (Host::NOTDIR, Errno::NOTDIR),
            (Host::NOTSOCK, Errno::NOTSOCK),
            (Host::OPNOTSUPP, Errno::NOTSUP),
            (Host::OVERFLOW, Errno::OVERFLOW),
            (Host::PERM, Errno::PERM),
            (Host::PIPE, Errno::PIPE),
            (Host::ROFS, Errno::ROFS),
            (Host::SPIPE, Errno::SPIPE),
        ];
        for (host, wasi) in named {
            assert_eq!(Errno::from(host), wasi);
        }
    }

    #[test]
    fn the_table_is_complete_and_unknown_numbers_are_io() {
        // WASI's 1 to 75 without a gap; 76 (ENOTCAPABLE) has no Linux number.
        for (index, (_, code)) in PAIRS.iter().enumerate() {
            assert_eq!(usize::from(*code), index + 1);
        }
        assert_eq!(Errno::from(Host::from_raw_os_error(133)), Errno::IO);
        assert_eq!(Errno::from(Host::from_raw_os_error(4000)), Errno::IO);
    }
}
