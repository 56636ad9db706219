//! Initial contents of a region: only blocks that are not zero are kept, so
//! that bytes at both ends of the address space cost two blocks, not 4 GiB.

use std::collections::BTreeMap;

const BLOCK_BYTES: u64 = 4096;

/// Bytes by offset; zero where nothing was written.
#[derive(Default)]
pub(crate) struct Image {
    blocks: BTreeMap<u64, Box<[u8; BLOCK_BYTES as usize]>>,
}

impl Image {
    /// Writes `bytes` at `offset`, over what was there.
    pub fn write(&mut self, mut offset: u64, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let start = (offset % BLOCK_BYTES) as usize;
            let (part, rest) = bytes.split_at(bytes.len().min(BLOCK_BYTES as usize - start));
            let number = offset / BLOCK_BYTES;
            // Zeros need a block only to cover what an earlier segment wrote.
            if self.blocks.contains_key(&number) || part.iter().any(|&byte| byte != 0) {
                let block = self.blocks.entry(number).or_insert_with(|| Box::new([0; BLOCK_BYTES as usize]));
                block[start..start + part.len()].copy_from_slice(part);
            }
            offset += part.len() as u64;
            bytes = rest;
        }
    }

    /// Writes `element` `count` times, starting at `offset`.
    pub fn fill_repeated(&mut self, offset: u64, element: &[u8; 4], count: u64) {
        for position in 0..count {
            self.write(offset + position * element.len() as u64, element);
        }
    }

    /// Maximal runs of blocks, ascending, each without its leading and
    /// trailing zeros: offset and bytes.
    pub fn runs(&self) -> Vec<(u64, Vec<u8>)> {
        let mut runs: Vec<(u64, Vec<u8>)> = Vec::new();
        for (&number, block) in &self.blocks {
            let offset = number * BLOCK_BYTES;
            match runs.last_mut() {
                Some((start, bytes)) if *start + bytes.len() as u64 == offset => {
                    bytes.extend_from_slice(&block[..])
                }
                _ => runs.push((offset, block.to_vec())),
            }
        }
        runs.into_iter().filter_map(trim).collect()
    }
}

fn trim((offset, mut bytes): (u64, Vec<u8>)) -> Option<(u64, Vec<u8>)> {
    let first = bytes.iter().position(|&byte| byte != 0)?;
    let last = bytes.iter().rposition(|&byte| byte != 0)?;
    // Whole words keep the copy at start aligned.
    let first = first & !7;
    bytes.truncate(last + 1);
    bytes.drain(..first);
    Some((offset + first as u64, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distant_bytes_make_two_runs() {
        let mut image = Image::default();
        image.write(0xFFFF_0000, &[1]);
        image.write(0, &[2, 0]);
        assert_eq!(image.runs(), vec![(0, vec![2]), (0xFFFF_0000, vec![1])]);
    }

    #[test]
    fn a_write_across_blocks_is_one_run() {
        let mut image = Image::default();
        image.write(4092, &[1; 8]);
        assert_eq!(image.runs(), vec![(4088, [vec![0; 4], vec![1; 8]].concat())]);
    }

    #[test]
    fn later_zeros_cover_earlier_bytes() {
        let mut image = Image::default();
        image.write(16, &[7; 4]);
        image.write(16, &[0; 4]);
        assert_eq!(image.runs(), vec![]);
    }
}
