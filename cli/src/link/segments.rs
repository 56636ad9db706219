//! Stage 4b: hands out file offsets and addresses, section by section.
//!
//! Within a segment both grow together. A new segment starts on a new page in
//! memory, but in the file it may follow at once: its address is then as far
//! into a page as its file offset, so large pages cost no file bytes.

use object::elf;

/// Position of a section's header; 0 is the null section.
pub type Number = u16;

/// A section of the executable.
#[derive(Default)]
pub struct OutputSection {
    pub name: String,
    pub sh_type: u32,
    pub flags: u32,
    pub size: u64,
    pub alignment: u64,
    pub entry_size: u64,
    pub link: Number,
    pub info: u32,
    /// Given by [`Segments::add`].
    pub address: u64,
    /// Given by [`Segments::add`].
    pub offset: u64,
}

impl OutputSection {
    /// A section with contents that is part of a segment.
    pub fn loaded(name: &str, flags: u32) -> OutputSection {
        OutputSection {
            name: name.to_string(),
            sh_type: elf::SHT_PROGBITS,
            flags: elf::SHF_ALLOC | flags,
            ..OutputSection::default()
        }
    }

    /// A section that is only in the file.
    pub fn not_loaded(name: &str) -> OutputSection {
        OutputSection { name: name.to_string(), ..OutputSection::default() }
    }
}

/// A program header.
#[derive(Clone, Copy, Default)]
pub struct Segment {
    pub p_type: u32,
    pub flags: u32,
    pub offset: u64,
    pub address: u64,
    pub file_size: u64,
    pub memory_size: u64,
    pub alignment: u64,
}

pub struct Segments {
    pub sections: Vec<OutputSection>,
    pub segments: Vec<Segment>,
    page_bytes: u64,
    /// The next free place in the file.
    offset: u64,
    /// The next free place in memory.
    address: u64,
}

impl Segments {
    /// The first `headers_size` bytes belong to the first segment.
    pub fn new(page_bytes: u64, headers_size: u64) -> Segments {
        let mut segments =
            Segments { sections: Vec::new(), segments: Vec::new(), page_bytes, offset: 0, address: 0 };
        segments.begin(elf::PF_R, 1);
        segments.offset = headers_size;
        segments.address = headers_size;
        segments
    }

    /// Begins a PT_LOAD at a multiple of `file_alignment` in the file.
    pub fn begin(&mut self, flags: u32, file_alignment: u64) {
        self.offset = self.offset.next_multiple_of(file_alignment);
        self.address = self.address.next_multiple_of(self.page_bytes) + self.offset % self.page_bytes;
        self.segments.push(Segment {
            p_type: elf::PT_LOAD,
            flags,
            offset: self.offset,
            address: self.address,
            file_size: 0,
            memory_size: 0,
            alignment: self.page_bytes,
        });
    }

    /// Begins a PT_LOAD that has no bytes in the file.
    pub fn begin_zeroed(&mut self, flags: u32) {
        // A loader that clears the rest of the last file page must find that
        // there is none: the segment starts exactly on a page. Its file offset
        // is never read, but has to be as far into a page as its address.
        let offset = self.offset;
        self.begin(flags, self.page_bytes);
        self.offset = offset;
    }

    /// Puts a section behind what is there and returns its number. What is
    /// loaded belongs to the segment that was begun last.
    pub fn add(&mut self, mut section: OutputSection) -> Number {
        let is_loaded = section.flags & elf::SHF_ALLOC != 0;
        let is_in_file = section.sh_type != elf::SHT_NOBITS;
        section.alignment = section.alignment.max(1);
        if is_loaded {
            let padding = self.address.next_multiple_of(section.alignment) - self.address;
            self.address += padding;
            self.offset += if is_in_file { padding } else { 0 };
            section.address = self.address;
            self.address += section.size;
        } else {
            self.offset = self.offset.next_multiple_of(section.alignment);
        }
        section.offset = self.offset;
        self.offset += if is_in_file { section.size } else { 0 };
        if is_loaded {
            self.grow_segment();
        }
        self.sections.push(section);
        self.sections.len() as Number
    }

    fn grow_segment(&mut self) {
        let segment = self.segments.last_mut().expect("the first segment begins with the headers");
        segment.memory_size = self.address - segment.address;
        // Zeroed bytes only end a segment, so the file's part is what the
        // offset has advanced by.
        segment.file_size = self.offset.saturating_sub(segment.offset);
    }

    /// The distance from the next free address to the end of its page.
    pub fn to_page_end(&self) -> u64 {
        self.address.next_multiple_of(self.page_bytes) - self.address
    }

    /// The number that the next section gets.
    pub fn next_number(&self) -> Number {
        self.sections.len() as Number + 1
    }

    pub fn last(&self) -> Option<&Segment> {
        self.segments.last()
    }

    pub fn file_size(&self) -> u64 {
        self.offset
    }

    /// Bytes of the names of all sections and of `last`: each ends in a NUL
    /// byte, and the null section's comes first.
    pub fn section_names_size(&self, last: &OutputSection) -> u64 {
        let names = self.sections.iter().chain([last]).map(|section| section.name.len() as u64 + 1);
        1 + names.sum::<u64>()
    }

    pub fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    pub fn section(&self, number: Number) -> &OutputSection {
        &self.sections[number as usize - 1]
    }

    /// Adds a program header that shows part of what is loaded.
    pub fn describe(&mut self, p_type: u32, number: Number) {
        let section = self.section(number);
        let segment = Segment {
            p_type,
            flags: elf::PF_R | if section.flags & elf::SHF_WRITE != 0 { elf::PF_W } else { 0 },
            offset: section.offset,
            address: section.address,
            file_size: section.size,
            memory_size: section.size,
            alignment: section.alignment,
        };
        self.segments.push(segment);
    }
}
