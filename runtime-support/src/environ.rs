//! The guest's environment: exactly what was given to it.

/// Most variables a guest can be given.
const VARIABLES_MAX: usize = 4096;

/// Entries `KEY=VALUE` without their NUL.
pub struct Environ([Option<&'static [u8]>; VARIABLES_MAX]);

impl Default for Environ {
    fn default() -> Self {
        Self::new()
    }
}

impl Environ {
    pub const fn new() -> Environ {
        Environ([None; VARIABLES_MAX])
    }

    /// Adds `entry`, in place of an earlier one with the same key. `false`
    /// where there are too many.
    pub fn set(&mut self, entry: &'static [u8]) -> bool {
        let slot = self.0.iter_mut().find(|slot| slot.is_none_or(|present| key(present) == key(entry)));
        match slot {
            Some(slot) => {
                *slot = Some(entry);
                true
            }
            None => false,
        }
    }

    pub fn has(&self, name: &[u8]) -> bool {
        (0..).map_while(|index| self.get(index)).any(|entry| key(entry) == name)
    }

    pub fn get(&self, index: usize) -> Option<&'static [u8]> {
        *self.0.get(index)?
    }
}

fn key(entry: &[u8]) -> &[u8] {
    entry.split(|byte| *byte == b'=').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_key_counts() {
        let mut environ = Environ::new();
        assert!(environ.set(b"A=1") && environ.set(b"AB=2") && environ.set(b"A=3=4"));
        assert_eq!(environ.get(0), Some(&b"A=3=4"[..]));
        assert_eq!(environ.get(1), Some(&b"AB=2"[..]));
        assert_eq!(environ.get(2), None);
        assert!(environ.has(b"AB") && !environ.has(b"B") && !environ.has(b"A=3"));
    }
}
