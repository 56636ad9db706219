//! hash/crc32 with the two polynomials that CPUs know, reflected.
//!
//! The body takes eight tables by a pointer, and they are the guest's: they are
//! compared with those of the polynomials at each call, which pays from some
//! hundred bytes on: the compiler makes no calls with fewer.
// Calls of functions that need instructions beyond the baseline.
#![allow(unsafe_code)]

use super::arch;
use super::features::{CRC32, has};
use super::frame::Frame;

pub const IEEE: u32 = 0xedb8_8320;
pub const CASTAGNOLI: u32 = 0x82f6_3b78;

type Tables = [[u32; 256]; 8];
const TABLES_BYTES: usize = size_of::<Tables>();

static IEEE_TABLES: Tables = tables(IEEE);
static CASTAGNOLI_TABLES: Tables = tables(CASTAGNOLI);

/// Table `n` is of the byte that `n` bytes follow.
const fn tables(polynomial: u32) -> Tables {
    let mut tables = [[0; 256]; 8];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { polynomial } else { 0 };
            bit += 1;
        }
        tables[0][index] = crc;
        index += 1;
    }
    let mut table = 1;
    while table < 8 {
        index = 0;
        while index < 256 {
            let crc = tables[table - 1][index];
            tables[table][index] = crc >> 8 ^ tables[0][(crc & 0xff) as usize];
            index += 1;
        }
        table += 1;
    }
    tables
}

/// `slicingUpdate(crc uint32, tables *slicing8Table, data []byte) uint32`
pub fn slicing8(frame: &mut Frame<'_>) -> Option<()> {
    let (address, len) = frame.slice(2).filter(|_| has(CRC32))?;
    let data = frame.outside_stack(address, len)?;
    let tables = frame.outside_stack(frame.word(1), TABLES_BYTES as u64)?;
    let tables = frame.bytes(tables)?.first_chunk::<TABLES_BYTES>()?;
    let crc = !(frame.word(0) as u32);
    let data = frame.bytes(data)?;
    let crc = if is_equal(tables, &IEEE_TABLES) {
        // SAFETY: the CPU has the instructions.
        unsafe { arch::crc32::ieee(crc, data) }
    } else if is_equal(tables, &CASTAGNOLI_TABLES) {
        // SAFETY: the CPU has the instructions.
        unsafe { arch::crc32::castagnoli(crc, data) }
    } else {
        return None;
    };
    frame.set_u32(5, !crc);
    Some(())
}

fn is_equal(bytes: &[u8; TABLES_BYTES], tables: &Tables) -> bool {
    // SAFETY: numbers are plain data, and have a multiple of a byte's alignment.
    let expected = unsafe { &*core::ptr::from_ref(tables).cast::<[u8; TABLES_BYTES]>() };
    let lines = bytes.as_chunks::<{ arch::LINE_BYTES }>().0;
    let mut lines = lines.iter().zip(expected.as_chunks::<{ arch::LINE_BYTES }>().0);
    lines.all(|(line, expected)| arch::lines_are_equal(line, expected))
}

/// Bytes for which no instruction pays.
pub fn update_bytewise(polynomial: u32, crc: u32, bytes: &[u8]) -> u32 {
    let tables = if polynomial == IEEE { &IEEE_TABLES } else { &CASTAGNOLI_TABLES };
    bytes.iter().fold(crc, |crc, &byte| crc >> 8 ^ tables[0][(crc as u8 ^ byte) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn agrees_with_the_definition_at_every_length() {
        if !has(CRC32) {
            return;
        }
        let data: Vec<u8> = (0..700).map(|index| (index * index / 3 + index) as u8).collect();
        for len in 0..data.len() {
            let data = &data[..len];
            let crc = 0x1234_5678 ^ len as u32;
            // SAFETY: the CPU has the instructions.
            let (ieee, castagnoli) =
                unsafe { (arch::crc32::ieee(crc, data), arch::crc32::castagnoli(crc, data)) };
            assert_eq!(ieee, update_bytewise(IEEE, crc, data), "{len}");
            assert_eq!(castagnoli, update_bytewise(CASTAGNOLI, crc, data), "{len}");
        }
        assert_eq!(!update_bytewise(IEEE, !0, b"123456789"), 0xcbf4_3926);
        assert_eq!(!update_bytewise(CASTAGNOLI, !0, b"123456789"), 0xe306_9283);
    }

    #[test]
    fn a_table_with_one_bit_changed_is_another() {
        let mut tables = IEEE_TABLES;
        // SAFETY: numbers are plain data.
        let bytes =
            |tables: &Tables| unsafe { core::ptr::from_ref(tables).cast::<[u8; TABLES_BYTES]>().read() };
        assert!(is_equal(&bytes(&tables), &IEEE_TABLES));
        assert!(!is_equal(&bytes(&tables), &CASTAGNOLI_TABLES));
        tables[7][255] ^= 1;
        assert!(!is_equal(&bytes(&tables), &IEEE_TABLES));
    }
}
