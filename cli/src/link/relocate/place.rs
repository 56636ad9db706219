//! Writing numbers into relocated places, with the checks that they fit.

use crate::link::error::RelocationFault;

/// The `N` bytes of a place.
pub fn bytes_at<const N: usize>(contents: &mut [u8], offset: u64) -> Result<&mut [u8; N], RelocationFault> {
    usize::try_from(offset)
        .ok()
        .and_then(|offset| contents.get_mut(offset..)?.first_chunk_mut())
        .ok_or(RelocationFault::OutsideSection)
}

pub fn write_u64(contents: &mut [u8], offset: u64, value: u64) -> Result<(), RelocationFault> {
    *bytes_at(contents, offset)? = value.to_le_bytes();
    Ok(())
}

pub fn write_i32(contents: &mut [u8], offset: u64, value: i64) -> Result<(), RelocationFault> {
    let narrow = i32::try_from(value).map_err(|_| RelocationFault::Overflow { value, bits: 32 })?;
    *bytes_at(contents, offset)? = narrow.to_le_bytes();
    Ok(())
}

pub fn write_u32(contents: &mut [u8], offset: u64, value: u64) -> Result<(), RelocationFault> {
    let overflow = RelocationFault::Overflow { value: value as i64, bits: 32 };
    *bytes_at(contents, offset)? = u32::try_from(value).map_err(|_| overflow)?.to_le_bytes();
    Ok(())
}

/// Whether `value` is a signed number of at most `bits` bits.
pub fn fits_signed(value: i64, bits: u32) -> bool {
    let unused = i64::BITS - bits;
    value << unused >> unused == value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_ranges_end_where_they_should() {
        assert!(fits_signed(127, 8) && fits_signed(-128, 8));
        assert!(!fits_signed(128, 8) && !fits_signed(-129, 8));
    }

    #[test]
    fn a_place_must_be_inside_the_section() {
        let mut contents = [0; 8];
        assert_eq!(write_u64(&mut contents, 0, 1), Ok(()));
        for offset in [1, 8, u64::MAX] {
            assert_eq!(write_u64(&mut contents, offset, 1), Err(RelocationFault::OutsideSection));
        }
    }

    #[test]
    fn a_value_must_fit() {
        let mut contents = [0; 4];
        assert_eq!(write_i32(&mut contents, 0, -1), Ok(()));
        assert_eq!(contents, [0xff; 4]);
        assert_eq!(
            write_i32(&mut contents, 0, 1 << 31),
            Err(RelocationFault::Overflow { value: 1 << 31, bits: 32 })
        );
        assert_eq!(write_u32(&mut contents, 0, u64::from(u32::MAX)), Ok(()));
        assert_eq!(
            write_u32(&mut contents, 0, 1 << 32),
            Err(RelocationFault::Overflow { value: 1 << 32, bits: 32 })
        );
    }
}
