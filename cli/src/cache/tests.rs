//! The cache's promises: what was put is found, or nothing.

use super::*;
use std::os::unix::fs::FileExt;

const LIMIT_BYTES: u64 = 1 << 20;

fn key(number: u32) -> CacheKey {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&number.to_le_bytes());
    key
}

fn entry(number: u32) -> Vec<u8> {
    (0..number % 300).map(|position| (number + position) as u8).collect()
}

fn open(place: &tempfile::TempDir) -> Cache {
    Cache::open(&place.path().join("cache"), LIMIT_BYTES).unwrap()
}

fn put(place: &tempfile::TempDir, numbers: impl IntoIterator<Item = u32>) {
    let cache = open(place);
    numbers.into_iter().for_each(|number| cache.put(&key(number), &entry(number)));
    cache.finish();
}

/// How many are found; what is found is what was put.
fn found(place: &tempfile::TempDir, numbers: impl IntoIterator<Item = u32>) -> usize {
    let cache = open(place);
    let entries = numbers.into_iter().filter_map(|number| Some((number, cache.get(&key(number))?)));
    entries.inspect(|(number, found)| assert_eq!(*found, entry(*number))).count()
}

fn files(place: &tempfile::TempDir) -> Vec<PathBuf> {
    fs::read_dir(place.path().join("cache")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn entries_are_found_in_later_runs_in_whatever_pack() {
    let place = tempfile::tempdir().unwrap();
    assert_eq!(found(&place, 0..10), 0);
    put(&place, 0..1000);
    put(&place, 1000..1500);
    assert_eq!(found(&place, 0..2000), 1500);
    assert_eq!(files(&place).len(), 2);
    put(&place, []);
    assert_eq!(files(&place).len(), 2, "nothing new is no pack");
}

#[test]
fn keys_with_the_same_beginning_are_told_apart() {
    let place = tempfile::tempdir().unwrap();
    let cache = open(&place);
    let [mut one, mut other] = [key(1), key(1)];
    (one[31], other[31]) = (1, 2);
    cache.put(&one, b"one");
    cache.put(&other, b"other");
    cache.finish();
    let cache = open(&place);
    assert_eq!(cache.get(&one).as_deref(), Some(&b"one"[..]));
    assert_eq!(cache.get(&other).as_deref(), Some(&b"other"[..]));
    assert_eq!(cache.get(&key(1)), None);
}

/// Whatever byte is damaged, and wherever the file is cut.
#[test]
fn what_is_damaged_is_missing_and_comes_back() {
    let place = tempfile::tempdir().unwrap();
    put(&place, 200..206);
    let [path] = &files(&place)[..] else { panic!("one pack") };
    let whole = fs::read(path).unwrap();
    for position in 0..whole.len() {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(&[whole[position] ^ 0x10], position as u64).unwrap();
        assert!(found(&place, 200..206) < 6 || position < 8, "byte {position} changes nothing");
        file.write_all_at(&whole[position..=position], position as u64).unwrap();
    }
    for len in (0..whole.len()).step_by(7) {
        fs::write(path, &whole[..len]).unwrap();
        assert_eq!(found(&place, 200..206), 0);
    }
    put(&place, 200..206);
    assert_eq!((found(&place, 200..206), files(&place).len()), (6, 1));
}

#[test]
fn the_oldest_goes_when_it_is_too_much() {
    let place = tempfile::tempdir().unwrap();
    let big = |number: u8| (key(number.into()), vec![number; LIMIT_BYTES as usize / 3]);
    for number in 0..4 {
        let cache = open(&place);
        let (key, entry) = big(number);
        cache.put(&key, &entry);
        // Its use makes it young.
        assert_eq!(cache.get(&big(0).0).is_some(), number > 0);
        cache.finish();
        std::thread::sleep(Duration::from_millis(20));
    }
    let cache = open(&place);
    let kept: Vec<bool> = (0..4).map(|number| cache.get(&big(number).0).is_some()).collect();
    assert_eq!(kept.iter().filter(|kept| **kept).count(), 2);
    assert!(kept[3] && kept[0], "{kept:?}");
}

#[test]
fn more_than_the_limit_is_not_written() {
    let place = tempfile::tempdir().unwrap();
    let cache = open(&place);
    cache.put(&key(1), &vec![1; LIMIT_BYTES as usize]);
    cache.put(&key(2), &entry(2));
    cache.finish();
    assert_eq!(files(&place).len(), 0);
}

#[test]
fn many_small_packs_are_merged() {
    let place = tempfile::tempdir().unwrap();
    let count = 3 * PACKS_MAX as u32;
    (0..count).for_each(|number| put(&place, [number, number + 1]));
    assert!(files(&place).len() <= PACKS_MAX + 1);
    assert_eq!(found(&place, 0..count), count as usize);
}

#[test]
fn many_at_once_do_not_disturb_each_other() {
    let place = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let place = &place;
            scope.spawn(move || {
                for round in 0..20 {
                    let numbers = || (thread % 4 * 100 + round..).take(50);
                    put(place, numbers());
                    assert!(found(place, numbers()) <= 50);
                }
            });
        }
    });
    assert_eq!(found(&place, 0..50), 50);
}

#[test]
fn leftovers_go_after_a_day() {
    let place = tempfile::tempdir().unwrap();
    put(&place, [1]);
    let leftover = |name: &str, age: Duration| {
        let path = place.path().join("cache").join(name);
        let file = fs::File::create(&path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
        path
    };
    let old = leftover("new-1.unfinished", 2 * UNFINISHED_AGE);
    let young = leftover("new-2.unfinished", UNFINISHED_AGE / 2);
    put(&place, [2]);
    assert!(!old.exists() && young.exists());
}
