//! The cache of machine code: packs in one directory.
//!
//! A compilation reads the packs that are there and writes what it had to compile
//! into a new one. A pack appears whole, under its name, and never changes, so
//! that nobody has to wait for anybody. Each entry has a checksum and its full
//! key: what is damaged is not there, and is written anew.

mod directory;
mod pack;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use wasmc_compiler::{CacheKey, CodeCache};

pub use directory::of_user;
use pack::{EXTENSION, Pack, Writer};

/// Small packs are merged where there are more than this, since each is another
/// file to open.
const PACKS_MAX: usize = 64;
/// Ending of packs that are being written.
const UNFINISHED: &str = ".unfinished";
/// No compilation takes so long: whoever wrote it was ended.
const UNFINISHED_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// An open cache.
pub struct Cache {
    directory: PathBuf,
    user: u32,
    limit_bytes: u64,
    /// The newest first.
    packs: Vec<Slot>,
    /// The pack that was of use last: most of a program is in one.
    last: AtomicUsize,
    writer: Mutex<Written>,
}

/// A pack that is read when it is needed.
struct Slot {
    path: PathBuf,
    size_bytes: u64,
    used: SystemTime,
    pack: OnceLock<Option<Pack>>,
    is_used: AtomicBool,
}

/// What this compilation adds.
enum Written {
    Nothing,
    Pack(Writer),
    /// The disk is full, or more was to be added than the limit allows.
    Failed,
}

impl Cache {
    /// # Errors
    /// Why the directory is not used.
    pub fn open(directory: &Path, limit_bytes: u64) -> Result<Cache, String> {
        let user = rustix::process::geteuid().as_raw();
        directory::prepare(directory, user)?;
        let packs = packs(directory).map_err(|error| format!("cannot be read: {error}"))?;
        Ok(Cache {
            directory: directory.to_owned(),
            user,
            limit_bytes,
            packs,
            last: AtomicUsize::new(0),
            writer: Mutex::new(Written::Nothing),
        })
    }

    fn find(&self, position: usize, key: &CacheKey) -> Option<Vec<u8>> {
        let slot = self.packs.get(position)?;
        let entry = slot.open(self.user)?.get(key)?;
        if !slot.is_used.swap(true, Ordering::Relaxed) {
            slot.open(self.user).inspect(|pack| pack.touch());
        }
        self.last.store(position, Ordering::Relaxed);
        Some(entry)
    }

    /// Gives what was added its name, and removes what is too much. A cache that
    /// cannot be written is not an error: the next compilation takes longer.
    pub fn finish(self) {
        let Ok(Written::Pack(mut writer)) = self.writer.into_inner() else { return };
        let merged = merge(&self.packs, &mut writer, self.user).unwrap_or_default();
        let size_bytes = writer.size_bytes();
        if size_bytes > self.limit_bytes || writer.finish(&self.directory).is_err() {
            return;
        }
        for slot in &merged {
            let _ = fs::remove_file(&slot.path);
        }
        let kept = packs(&self.directory).unwrap_or_default();
        evict(&kept, self.limit_bytes);
        remove_unfinished(&self.directory);
    }
}

impl CodeCache for Cache {
    fn get(&self, key: &CacheKey) -> Option<Vec<u8>> {
        let last = self.last.load(Ordering::Relaxed);
        let others = (0..self.packs.len()).filter(|&position| position != last);
        std::iter::once(last).chain(others).find_map(|position| self.find(position, key))
    }

    fn put(&self, key: &CacheKey, entry: &[u8]) {
        // A thread that panicked may have left half a record.
        let Ok(mut written) = self.writer.lock() else { return };
        if matches!(*written, Written::Nothing) {
            *written = Writer::new(&self.directory).map_or(Written::Failed, Written::Pack);
        }
        let Written::Pack(writer) = &mut *written else { return };
        let is_added = writer.add(key, entry).is_ok();
        if !is_added || writer.size_bytes() > self.limit_bytes {
            *written = Written::Failed;
        }
    }
}

impl Slot {
    fn open(&self, user: u32) -> Option<&Pack> {
        self.pack.get_or_init(|| Pack::open(&self.path, user)).as_ref()
    }
}

/// The packs of a directory, unread, the last used first.
fn packs(directory: &Path) -> io::Result<Vec<Slot>> {
    let mut slots = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != EXTENSION) {
            continue;
        }
        // Others may remove it at any time.
        if let Ok(metadata) = fs::metadata(&path) {
            let (size_bytes, used) = (metadata.size(), metadata.modified()?);
            let (pack, is_used) = (OnceLock::new(), AtomicBool::new(false));
            slots.push(Slot { path, size_bytes, used, pack, is_used });
        }
    }
    slots.sort_by(|one, other| (other.used, &other.path).cmp(&(one.used, &one.path)));
    Ok(slots)
}

/// Takes over the smaller half of too many packs.
fn merge<'s>(packs: &'s [Slot], writer: &mut Writer, user: u32) -> io::Result<Vec<&'s Slot>> {
    if packs.len() <= PACKS_MAX {
        return Ok(Vec::new());
    }
    let mut smaller: Vec<&Slot> = packs.iter().collect();
    smaller.sort_by_key(|slot| slot.size_bytes);
    smaller.truncate(packs.len() / 2);
    let mut known: HashSet<CacheKey> = writer.keys().copied().collect();
    for pack in smaller.iter().filter_map(|slot| slot.open(user)) {
        for (key, entry) in pack.entries() {
            if known.insert(key) {
                writer.add(&key, &entry)?;
            }
        }
    }
    Ok(smaller)
}

/// Removes what was not used for longest until the rest is within the limit.
fn evict(packs: &[Slot], limit_bytes: u64) {
    let mut sum = 0;
    for slot in packs {
        sum += slot.size_bytes;
        if sum > limit_bytes {
            let _ = fs::remove_file(&slot.path);
        }
    }
}

/// Removes what compilations that were ended have left.
fn remove_unfinished(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_encoded_bytes().ends_with(UNFINISHED.as_bytes()))
    {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > UNFINISHED_AGE)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
