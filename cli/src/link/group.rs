//! Stage 4a: input sections of one kind, one after the other.

use super::error::LinkError;
use super::input::{Inputs, Kind, SectionId, text};

/// Live input sections that become one section of the executable.
#[derive(Default)]
pub struct Group {
    /// Each with its offset from the group's start, ascending.
    pub members: Vec<(SectionId, u64)>,
    pub size: u64,
    pub alignment: u64,
}

#[derive(Default)]
pub struct Groups {
    pub read_only: Group,
    pub text: Group,
    pub relro: Group,
    pub data: Group,
    pub bss: Group,
    /// Each note stays a section of its own.
    pub notes: Vec<SectionId>,
    /// By [`SectionId`]: the offset in its group.
    pub offsets: Vec<u64>,
}

impl Groups {
    /// `page_bytes` is the largest alignment that loading guarantees.
    pub fn gather(inputs: &Inputs<'_>, live: &[bool], page_bytes: u64) -> Result<Groups, LinkError> {
        let mut groups = Groups { offsets: vec![0; inputs.sections.len()], ..Groups::default() };
        for (id, section) in inputs.ids().filter(|(id, _)| live[id.0 as usize]) {
            if section.alignment > page_bytes {
                let what = format!("section {}, aligned to {} bytes", text(section.name), section.alignment);
                let object = inputs.object(section.object).name.to_string();
                return Err(LinkError::Unsupported { object, what });
            }
            let group = match section.kind {
                Kind::ReadOnly => &mut groups.read_only,
                Kind::Text => &mut groups.text,
                Kind::RelRo => &mut groups.relro,
                Kind::Data => &mut groups.data,
                Kind::Bss => &mut groups.bss,
                Kind::Note => {
                    groups.notes.push(id);
                    continue;
                }
                Kind::NotLoaded | Kind::Unsupported(_) => unreachable!("the scan marks no such section"),
            };
            groups.offsets[id.0 as usize] = group.add(id, section.size, section.alignment);
        }
        Ok(groups)
    }

    pub fn has_data(&self) -> bool {
        !self.data.is_empty() || !self.bss.is_empty()
    }
}

impl Group {
    fn add(&mut self, id: SectionId, size: u64, alignment: u64) -> u64 {
        let offset = self.size.next_multiple_of(alignment);
        self.members.push((id, offset));
        self.size = offset + size;
        self.alignment = self.alignment.max(alignment);
        offset
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}
