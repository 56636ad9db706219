//! A pack: many entries in one file that never changes once it has its name.
//!
//! ```text
//! magic | records, in any order | index, ascending by key | footer
//! record: key (32 bytes), checksum (8), entry
//! index:  first 8 bytes of the key, offset of the record (8), its length (8)
//! footer: offset of the index (8), entries (8), checksum of index and both (8), magic
//! ```
//!
//! Numbers are little-endian. A thousand functions are one file: as a file each
//! they would take longer to open than to compile.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;
use wasmc_compiler::CacheKey;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128};

/// Changes with the format.
const MAGIC: &[u8; 8] = b"wasmcpk1";
const KEY_BYTES: usize = 32;
/// Key and checksum.
const RECORD_HEAD_BYTES: usize = KEY_BYTES + 8;
const INDEX_ENTRY_BYTES: usize = 24;
const FOOTER_BYTES: usize = 32;
pub const EXTENSION: &str = "pack";

fn checksum(key: &CacheKey, entry: &[u8]) -> u64 {
    xxh3_64_with_seed(entry, xxh3_64(key))
}

fn prefix(key: &CacheKey) -> u64 {
    word(key, 0)
}

/// The little-endian number at a position.
fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// A pack that can be read, with its index in memory.
pub struct Pack {
    file: File,
    index: Vec<u8>,
    /// Where records end.
    index_offset: u64,
}

impl Pack {
    /// None for what is no whole pack, or another user's.
    pub fn open(path: &Path, owner: u32) -> Option<Pack> {
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.uid() != owner {
            return None;
        }
        let footer_offset = metadata.len().checked_sub(FOOTER_BYTES as u64)?;
        let mut footer = [0; FOOTER_BYTES];
        file.read_exact_at(&mut footer, footer_offset).ok()?;
        let (index_offset, count) = (word(&footer, 0), word(&footer, 8));
        let index_bytes = usize::try_from(count).ok()?.checked_mul(INDEX_ENTRY_BYTES)?;
        let is_whole = index_offset.checked_add(index_bytes as u64) == Some(footer_offset);
        if !is_whole || footer[24..] != MAGIC[..] {
            return None;
        }
        let mut index = vec![0; index_bytes];
        file.read_exact_at(&mut index, index_offset).ok()?;
        (index_checksum(&index, &footer) == word(&footer, 16)).then_some(Pack { file, index, index_offset })
    }

    /// An entry, if it is here and as it was written.
    pub fn get(&self, key: &CacheKey) -> Option<Vec<u8>> {
        let (entries, _) = self.index.as_chunks::<INDEX_ENTRY_BYTES>();
        let wanted = prefix(key);
        let first = entries.partition_point(|entry| word(entry, 0) < wanted);
        let same = entries[first..].iter().take_while(|entry| word(&entry[..], 0) == wanted);
        same.filter_map(|entry| self.record(word(entry, 8), word(entry, 16)))
            .find_map(|(found, entry)| (found == *key).then_some(entry))
    }

    /// All entries that are as they were written.
    pub fn entries(&self) -> impl Iterator<Item = (CacheKey, Vec<u8>)> {
        let (entries, _) = self.index.as_chunks::<INDEX_ENTRY_BYTES>();
        entries.iter().filter_map(|entry| self.record(word(entry, 8), word(entry, 16)))
    }

    fn record(&self, offset: u64, len: u64) -> Option<(CacheKey, Vec<u8>)> {
        if offset.checked_add(len)? > self.index_offset {
            return None;
        }
        let len = usize::try_from(len).ok()?;
        let mut head = [0; RECORD_HEAD_BYTES];
        let mut entry = vec![0; len.checked_sub(RECORD_HEAD_BYTES)?];
        self.file.read_exact_at(&mut head, offset).ok()?;
        self.file.read_exact_at(&mut entry, offset + RECORD_HEAD_BYTES as u64).ok()?;
        let key: CacheKey = head[..KEY_BYTES].try_into().expect("the key's size");
        (checksum(&key, &entry) == word(&head, KEY_BYTES)).then_some((key, entry))
    }

    /// Marks the pack as used now, so that others are removed before it.
    pub fn touch(&self) {
        // Where that cannot be, the pack is only removed earlier.
        let _ = self.file.set_modified(SystemTime::now());
    }
}

fn index_checksum(index: &[u8], footer: &[u8]) -> u64 {
    xxh3_64_with_seed(index, xxh3_64(&footer[..16]))
}

/// A pack that grows: a file without a name of its own until it is whole.
pub struct Writer {
    file: BufWriter<NamedTempFile>,
    /// Key, offset, length.
    index: Vec<(CacheKey, u64, u64)>,
    size_bytes: u64,
}

impl Writer {
    pub fn new(directory: &Path) -> io::Result<Writer> {
        // Only this user may read it, whatever the umask: tempfile's default.
        let file =
            tempfile::Builder::new().prefix("new-").suffix(super::UNFINISHED).tempfile_in(directory)?;
        let mut file = BufWriter::new(file);
        file.write_all(MAGIC)?;
        Ok(Writer { file, index: Vec::new(), size_bytes: MAGIC.len() as u64 })
    }

    pub fn add(&mut self, key: &CacheKey, entry: &[u8]) -> io::Result<()> {
        self.file.write_all(key)?;
        self.file.write_all(&checksum(key, entry).to_le_bytes())?;
        self.file.write_all(entry)?;
        let len = (RECORD_HEAD_BYTES + entry.len()) as u64;
        self.index.push((*key, self.size_bytes, len));
        self.size_bytes += len;
        Ok(())
    }

    pub fn keys(&self) -> impl Iterator<Item = &CacheKey> {
        self.index.iter().map(|(key, _, _)| key)
    }

    /// What the file will take.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes + (self.index.len() * INDEX_ENTRY_BYTES + FOOTER_BYTES) as u64
    }

    /// Completes the pack and gives it a name, under which it is there at once
    /// and whole.
    pub fn finish(mut self, directory: &Path) -> io::Result<PathBuf> {
        self.index.sort_unstable_by_key(|&(key, offset, _)| (prefix(&key), offset));
        let mut index = Vec::with_capacity(self.index.len() * INDEX_ENTRY_BYTES);
        let mut name = Vec::with_capacity(self.index.len() * KEY_BYTES);
        for (key, offset, len) in &self.index {
            for number in [prefix(key), *offset, *len] {
                index.extend_from_slice(&number.to_le_bytes());
            }
            name.extend_from_slice(key);
        }
        let mut footer = [self.size_bytes, self.index.len() as u64].map(u64::to_le_bytes).concat();
        footer.extend_from_slice(&index_checksum(&index, &footer).to_le_bytes());
        footer.extend_from_slice(MAGIC);
        self.file.write_all(&index)?;
        self.file.write_all(&footer)?;
        // Equal contents have equal names: two that compile the same at once
        // leave one pack.
        let path = directory.join(format!("{:032x}.{EXTENSION}", xxh3_128(&name)));
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }
}
