//! The grammar of a TCP address to listen on, `HOST:PORT`, for the compiler's
//! command line and for executables that take addresses themselves.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: Host,
    /// 0 lets the kernel choose.
    pub port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Every address of the machine, of IPv4 and of IPv6.
    Every,
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    NoPort,
    BadPort,
    NeedsBrackets,
    BadV6,
    Name,
}

impl AddressError {
    pub fn message(self) -> &'static str {
        match self {
            AddressError::NoPort => "expected HOST:PORT, or :PORT for every address of the machine",
            AddressError::BadPort => "the port must be a number from 0 to 65535",
            AddressError::NeedsBrackets => "an IPv6 address is written in brackets, as in [::1]:80",
            AddressError::BadV6 => "what stands in brackets is no IPv6 address",
            AddressError::Name => {
                "HOST must be an IPv4 address, an IPv6 address in brackets, localhost or *: names are not looked up"
            }
        }
    }
}

/// Reads one address. `localhost` is 127.0.0.1; nothing else is looked up, since
/// that needs files and other hosts, which the executable does without.
pub fn parse(text: &[u8]) -> Result<Address, AddressError> {
    let colon = text.iter().rposition(|byte| *byte == b':').ok_or(AddressError::NoPort)?;
    let (host, port) = (&text[..colon], &text[colon + 1..]);
    let host = match host {
        b"" | b"*" => Host::Every,
        b"localhost" => Host::V4(Ipv4Addr::LOCALHOST),
        [b'[', inside @ .., b']'] => Host::V6(parsed(inside).ok_or(AddressError::BadV6)?),
        // The last colon may be the address's own.
        [b'[', ..] => return Err(AddressError::NoPort),
        _ if host.contains(&b':') => return Err(AddressError::NeedsBrackets),
        _ => Host::V4(parsed(host).ok_or(AddressError::Name)?),
    };
    Ok(Address { host, port: port_number(port)? })
}

fn parsed<T: core::str::FromStr>(text: &[u8]) -> Option<T> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn port_number(digits: &[u8]) -> Result<u16, AddressError> {
    if digits.is_empty() {
        return Err(AddressError::NoPort);
    }
    digits
        .iter()
        .try_fold(0u16, |port, digit| {
            let value = digit.checked_sub(b'0').filter(|value| *value < 10)?;
            port.checked_mul(10)?.checked_add(u16::from(value))
        })
        .ok_or(AddressError::BadPort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form() {
        for (text, host, port) in [
            ("127.0.0.1:80", Host::V4(Ipv4Addr::LOCALHOST), 80),
            ("localhost:65535", Host::V4(Ipv4Addr::LOCALHOST), 65535),
            ("0.0.0.0:0", Host::V4(Ipv4Addr::UNSPECIFIED), 0),
            ("[::1]:8080", Host::V6(Ipv6Addr::LOCALHOST), 8080),
            ("[::ffff:10.0.0.1]:1", Host::V6(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped()), 1),
            (":8080", Host::Every, 8080),
            ("*:8080", Host::Every, 8080),
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(Address { host, port }), "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, error) in [
            ("", AddressError::NoPort),
            ("8080", AddressError::NoPort),
            ("127.0.0.1", AddressError::NoPort),
            ("127.0.0.1:", AddressError::NoPort),
            ("[::1]", AddressError::NoPort),
            ("127.0.0.1:65536", AddressError::BadPort),
            ("127.0.0.1:-1", AddressError::BadPort),
            ("127.0.0.1:+1", AddressError::BadPort),
            ("127.0.0.1:http", AddressError::BadPort),
            ("::1:80", AddressError::NeedsBrackets),
            ("[::1%lo]:80", AddressError::BadV6),
            ("[127.0.0.1]:80", AddressError::BadV6),
            ("example.org:80", AddressError::Name),
            ("127.1:80", AddressError::Name),
            ("127.0.0.01:80", AddressError::Name),
            ("\u{ff11}:80", AddressError::Name),
            ("Localhost:80", AddressError::Name),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text}");
        }
    }
}
