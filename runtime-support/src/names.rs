//! Room for text that exists nowhere else and lives as long as the process:
//! expanded, joined and cleaned names.

/// What is left of the room.
pub struct Names {
    rest: &'static mut [u8],
}

impl Names {
    pub fn new(room: &'static mut [u8]) -> Names {
        Names { rest: room }
    }

    /// The parts one after the other; `None` where they do not fit.
    pub fn store(&mut self, parts: &[&[u8]]) -> Option<&'static [u8]> {
        let len = parts.iter().map(|part| part.len()).sum();
        if len > self.rest.len() {
            return None;
        }
        let (text, rest) = core::mem::take(&mut self.rest).split_at_mut_checked(len)?;
        self.rest = rest;
        let mut room = &mut text[..];
        for part in parts {
            let (head, tail) = room.split_at_mut_checked(part.len())?;
            head.copy_from_slice(part);
            room = tail;
        }
        Some(text)
    }
}

#[cfg(test)]
pub fn for_test() -> Names {
    Names::new(std::boxed::Box::leak(std::vec![0; 1 << 16].into_boxed_slice()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts_stay_and_the_end_is_noticed() {
        let mut names = super::for_test();
        let first = names.store(&[b"a", b"", b"bc"]);
        assert_eq!(names.store(&[&[b'x'; 1 << 16]]), None);
        assert_eq!(names.store(&[b"d"]), Some(&b"d"[..]));
        assert_eq!(first, Some(&b"abc"[..]));
    }
}
