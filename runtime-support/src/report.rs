//! Messages on standard error, without `core::fmt`, which would triple the
//! runtime's size.

use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use crate::exit;

/// Longest piece written by one system call, so that lines of several
/// processes do not mix.
const BUFFER_BYTES: usize = 1024;

static PROGRAM_ADDRESS: AtomicPtr<u8> = AtomicPtr::new(core::ptr::null_mut());
static PROGRAM_LEN: AtomicUsize = AtomicUsize::new(0);

/// Sets the name that [`fatal`] puts first.
pub fn set_program(name: &'static [u8]) {
    PROGRAM_ADDRESS.store(name.as_ptr().cast_mut(), Ordering::Relaxed);
    PROGRAM_LEN.store(name.len(), Ordering::Relaxed);
}

/// One line `PROGRAM: parts` on standard error, then exit status 1.
pub fn fatal(parts: &[&[u8]]) -> ! {
    message(parts);
    exit::exit(exit::STATUS_ERROR)
}

/// One line `PROGRAM: parts` on standard error.
pub fn message(parts: &[&[u8]]) {
    let mut out = Output::stderr();
    out.push(program());
    out.push(b": ");
    for part in parts {
        out.push(part);
    }
    out.push(b"\n");
    out.flush();
}

// Reassembling the slice that `set_program` took apart.
#[allow(unsafe_code)]
fn program() -> &'static [u8] {
    let address = PROGRAM_ADDRESS.load(Ordering::Relaxed);
    let len = PROGRAM_LEN.load(Ordering::Relaxed);
    if address.is_null() || len == 0 {
        return b"wasmc";
    }
    // SAFETY: both come from one `'static` slice; the start sets them once.
    unsafe { core::slice::from_raw_parts(address, len) }
}

/// A buffered writer on a file descriptor of the process, which ignores
/// errors: there is nobody left to tell.
pub struct Output {
    fd: i32,
    len: usize,
    buffer: [u8; BUFFER_BYTES],
}

impl Output {
    pub fn stderr() -> Output {
        Output { fd: 2, len: 0, buffer: [0; BUFFER_BYTES] }
    }

    pub fn stdout() -> Output {
        Output { fd: 1, len: 0, buffer: [0; BUFFER_BYTES] }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.len == BUFFER_BYTES {
                self.flush();
            }
            self.buffer[self.len] = *byte;
            self.len += 1;
        }
    }

    /// Text from a module or a user: what a terminal would act on is escaped.
    pub fn push_escaped(&mut self, text: &[u8]) {
        for chunk in text.utf8_chunks() {
            for char in chunk.valid().chars() {
                let mut utf8 = [0; 4];
                let utf8 = char.encode_utf8(&mut utf8).as_bytes();
                if char.is_control() {
                    self.push_hex_bytes(utf8);
                } else {
                    self.push(utf8);
                }
            }
            self.push_hex_bytes(chunk.invalid());
        }
    }

    fn push_hex_bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let digits = [b'\\', b'x', hex_digit(byte >> 4), hex_digit(byte & 15)];
            self.push(&digits);
        }
    }

    pub fn flush(&mut self) {
        let mut rest = &self.buffer[..self.len];
        while !rest.is_empty() {
            match crate::sys::write(self.fd, rest) {
                Ok(0) => break,
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(crate::sys::EINTR) => {}
                Err(_) => break,
            }
        }
        self.len = 0;
    }
}

/// A formatted number.
pub struct Digits {
    bytes: [u8; DIGITS_MAX],
    start: usize,
}

/// Digits of `u64::MAX`.
const DIGITS_MAX: usize = 20;

impl Digits {
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

/// `value` in decimal.
pub fn decimal(value: u64) -> Digits {
    digits(value, 10)
}

/// `value` in hexadecimal, after `0x`.
pub fn hex(value: u64) -> Digits {
    let mut digits = digits(value, 16);
    digits.start -= 2;
    digits.bytes[digits.start] = b'0';
    digits.bytes[digits.start + 1] = b'x';
    digits
}

fn digits(mut value: u64, radix: u64) -> Digits {
    let mut bytes = [0; DIGITS_MAX];
    let mut start = DIGITS_MAX;
    loop {
        start -= 1;
        bytes[start] = hex_digit((value % radix) as u8);
        value /= radix;
        if value == 0 {
            return Digits { bytes, start };
        }
    }
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

/// What `write` writes.
#[cfg(test)]
pub fn written(write: impl FnOnce(&mut Output)) -> std::vec::Vec<u8> {
    use std::io::Read as _;
    use std::os::fd::AsRawFd as _;
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut out = Output { fd: writer.as_raw_fd(), len: 0, buffer: [0; BUFFER_BYTES] };
    write(&mut out);
    out.flush();
    drop(writer);
    let mut bytes = std::vec::Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_their_bounds() {
        assert_eq!(decimal(0).as_bytes(), b"0");
        assert_eq!(decimal(u64::MAX).as_bytes(), b"18446744073709551615");
        assert_eq!(hex(0).as_bytes(), b"0x0");
        assert_eq!(hex(0x1f).as_bytes(), b"0x1f");
        assert_eq!(hex(u64::MAX).as_bytes(), b"0xffffffffffffffff");
    }

    fn escaped(text: &[u8]) -> std::vec::Vec<u8> {
        written(|out| out.push_escaped(text))
    }

    #[test]
    fn long_output_is_whole() {
        let text = std::vec![b'x'; 3 * BUFFER_BYTES + 1];
        assert!(written(|out| out.push(&text)) == text);
    }

    #[test]
    fn names_cannot_drive_the_terminal() {
        assert_eq!(escaped("main.größe".as_bytes()), "main.größe".as_bytes());
        assert_eq!(escaped(b"a\x1b[2Jb\n"), b"a\\x1b[2Jb\\x0a");
        assert_eq!(escaped(b"\xc2\x9b1m"), b"\\xc2\\x9b1m");
        assert_eq!(escaped(b"x\xff\x7fy"), b"x\\xff\\x7fy");
    }
}
