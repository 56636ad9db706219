//! What stops a program before it starts, and how that reads.

use wasmc_abi::grant::GrantError;
use wasmc_abi::listen::AddressError;

/// Why the program cannot start.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    reason: Reason,
    /// The host directory, the address or the argument that it is about.
    subject: &'static [u8],
}

#[derive(Clone, Copy, Debug)]
pub enum Reason {
    TooManyNames,
    TooManyVariables,
    NameTooLong,
    Grammar(GrantError),
    HomeUnset,
    TmpdirUnset,
    ExecutableUnknown,
    MisleadingDots,
    NotFound,
    NotDirectory,
    Denied,
    TooManyLinks,
    TooManyFiles,
    CannotOpen,
    NoSeparator,
    NoValue,
    NoVariableName,
    Privileged,
    Unexpected,
    NotEmbedded,
    TooManyListeners,
    ListenGrammar(AddressError),
    AddressInUse,
    AddressNotAvailable,
    FamilyNotSupported,
    ListenDenied,
    ListenTooManyFiles,
    CannotListen,
}

impl Failure {
    pub const fn new(reason: Reason, subject: &'static [u8]) -> Failure {
        Failure { reason, subject }
    }

    pub fn subject(&self) -> &'static [u8] {
        self.subject
    }

    /// Whether a variable that a grant needs is not set.
    pub fn is_unset(&self) -> bool {
        matches!(self.reason, Reason::HomeUnset | Reason::TmpdirUnset)
    }

    /// The parts of one line.
    pub fn parts(&self) -> [&'static [u8]; 4] {
        let about_grant = match self.reason {
            Reason::TooManyNames => return [b"too many or too long names of directories", b"", b"", b""],
            Reason::TooManyVariables => {
                return [b"too many environment variables for the guest", b"", b"", b""];
            }
            Reason::NoSeparator => return [b"-- must follow the grants in the arguments", b"", b"", b""],
            Reason::NoVariableName => return [b"--env ", self.subject, b": the variable has no name", b""],
            Reason::Privileged => {
                "the caller chooses this, and the executable has more rights than the caller"
            }
            Reason::NoValue => return [self.subject, b" needs a value", b"", b""],
            Reason::Unexpected => {
                return [
                    b"expected --dir, --dir-optional, --env, --listen or -- but found ",
                    self.subject,
                    b"",
                    b"",
                ];
            }
            Reason::NameTooLong => "the name is too long",
            Reason::Grammar(error) => error.message(),
            Reason::HomeUnset => "the environment does not set HOME",
            Reason::TmpdirUnset => "the environment does not set TMPDIR",
            Reason::ExecutableUnknown => "the executable's directory is unknown",
            Reason::MisleadingDots => "write it without .. after a symbolic link",
            Reason::NotFound => "no such directory",
            Reason::NotDirectory => "not a directory",
            Reason::Denied => "permission denied",
            Reason::TooManyLinks => "too many symbolic links",
            Reason::TooManyFiles => "too many open files",
            Reason::NotEmbedded => "wasmc bug: the tree is not in the executable",
            Reason::CannotOpen => "the directory cannot be opened",
            _ => return [b"listen ", self.subject, b": ", self.about_listener().as_bytes()],
        };
        [b"grant ", self.subject, b": ", about_grant.as_bytes()]
    }

    fn about_listener(&self) -> &'static str {
        match self.reason {
            Reason::TooManyListeners => "too many addresses to listen on",
            Reason::ListenGrammar(error) => error.message(),
            Reason::AddressInUse => "the address is already in use",
            Reason::AddressNotAvailable => "no such address on this machine",
            Reason::FamilyNotSupported => "this kernel lacks the protocol",
            Reason::ListenDenied => "permission denied",
            Reason::ListenTooManyFiles => "too many open files",
            _ => "the kernel refuses to listen there",
        }
    }
}
