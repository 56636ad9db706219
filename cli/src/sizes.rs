//! Sizes as people write them: `64K`, `256MiB`, `1g`, or plain bytes.

/// Go's smallest useful programs already need some of it.
const STACK_BYTES_MIN: u64 = 64 << 10;
/// Far more than any recursion uses, and a small part of every address space.
const STACK_BYTES_MAX: u64 = 64 << 30;
/// The largest page that Linux uses on the targets.
const PAGE_BYTES_MAX: u64 = 64 << 10;

/// A stack's size, rounded up to whole pages.
pub fn parse_stack_bytes(text: &str) -> Result<u64, String> {
    let bytes = parse(text)?;
    if !(STACK_BYTES_MIN..=STACK_BYTES_MAX).contains(&bytes) {
        return Err("a stack has from 64KiB to 64GiB".to_string());
    }
    Ok(bytes.next_multiple_of(PAGE_BYTES_MAX))
}

/// Any number of bytes.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        _ => {
            return Err(format!(
                "expected a number of bytes, or one with K, M or G, such as 256MiB; not {text:?}"
            ));
        }
    };
    let number: u64 = number.parse().map_err(|_| format!("{text:?} does not start with a number"))?;
    number.checked_mul(1 << shift).ok_or_else(|| format!("{text} is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024() {
        assert_eq!(parse("65536"), Ok(65536));
        assert_eq!(parse("64K"), Ok(65536));
        assert_eq!(parse("256MiB"), Ok(256 << 20));
        assert_eq!(parse("1g"), Ok(1 << 30));
    }

    #[test]
    fn what_is_no_size_is_an_error() {
        for text in ["", "K", "-1", "1.5M", "1Q", "1KB", "99999999999999999999", "18446744073709551615K"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn stacks_are_whole_pages_within_limits() {
        assert_eq!(parse_stack_bytes("100K"), Ok(128 << 10));
        assert_eq!(parse_stack_bytes("64GiB"), Ok(64 << 30));
        assert!(parse_stack_bytes("63K").is_err() && parse_stack_bytes("65G").is_err());
    }
}
