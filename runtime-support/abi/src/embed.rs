//! The directories packed into an executable: one image that holds all trees.
//!
//! ```text
//!   header                     u32 trees, u32 nodes
//!   nodes * NODE_BYTES         the trees' roots in order, then all others,
//!                              a directory's entries next to each other
//!   names                      of entries, and targets of symbolic links
//!   contents                   of files
//! ```
//!
//! Numbers are little-endian. Offsets count from the image's start. Nothing is
//! compressed or copied at start: what a program reads is what the image holds.

const HEADER_BYTES: usize = 8;
/// u32 kind, u32 parent, u64 name's offset, u64 name's length, u64 start, u64
/// length: of a directory its first entry's number and how many there are, of
/// a file or a link the bytes.
const NODE_BYTES: usize = 40;

const KIND_DIRECTORY: u32 = 1;
const KIND_FILE: u32 = 2;
const KIND_LINK: u32 = 3;

/// A file, directory or symbolic link of an image, by its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(u32);

impl NodeId {
    pub fn index(self) -> u32 {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// Empty for a tree's root.
    pub name: &'a [u8],
    /// A root is its own.
    pub parent: NodeId,
    pub content: Content<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    Directory(Entries),
    File(&'a [u8]),
    /// A symbolic link's target.
    Link(&'a [u8]),
}

/// The nodes in a directory, ascending by the bytes of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entries {
    first: u32,
    count: u32,
}

impl Entries {
    /// `None` behind the last.
    pub fn get(self, index: u64) -> Option<NodeId> {
        let index = u32::try_from(index).ok().filter(|index| *index < self.count)?;
        self.first.checked_add(index).map(NodeId)
    }
}

/// An image's bytes. Whatever they are, reading never leaves them: what makes
/// no sense is not there.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    bytes: &'a [u8],
}

impl<'a> Image<'a> {
    pub const fn new(bytes: &'a [u8]) -> Image<'a> {
        Image { bytes }
    }

    /// The root of a tree, in the order of [`crate::config::Item::Embed`].
    pub fn tree(self, index: u32) -> Option<NodeId> {
        (index < read_u32(self.bytes, 0)?).then_some(NodeId(index))
    }

    pub fn node(self, id: NodeId) -> Option<Node<'a>> {
        if id.0 >= read_u32(self.bytes, 4)? {
            return None;
        }
        let at = (id.0 as usize).checked_mul(NODE_BYTES)?.checked_add(HEADER_BYTES)?;
        let record = self.bytes.get(at..)?.get(..NODE_BYTES)?;
        let (start, len) = (read_u64(record, 24)?, read_u64(record, 32)?);
        let content = match read_u32(record, 0)? {
            KIND_DIRECTORY => Content::Directory(Entries {
                first: u32::try_from(start).ok()?,
                count: u32::try_from(len).ok()?,
            }),
            KIND_FILE => Content::File(self.slice(start, len)?),
            KIND_LINK => Content::Link(self.slice(start, len)?),
            _ => return None,
        };
        let name = self.slice(read_u64(record, 8)?, read_u64(record, 16)?)?;
        Some(Node { name, parent: NodeId(read_u32(record, 4)?), content })
    }

    /// The entry with this name.
    pub fn find(self, entries: Entries, name: &[u8]) -> Option<NodeId> {
        let (mut low, mut high) = (0, u64::from(entries.count));
        while low < high {
            let middle = low + (high - low) / 2;
            let id = entries.get(middle)?;
            match self.node(id)?.name.cmp(name) {
                core::cmp::Ordering::Equal => return Some(id),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn slice(self, start: u64, len: u64) -> Option<&'a [u8]> {
        self.bytes.get(usize::try_from(start).ok()?..)?.get(..usize::try_from(len).ok()?)
    }
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

#[cfg(any(feature = "encode", test))]
pub use encoder::{Entry, encode};

#[cfg(any(feature = "encode", test))]
mod encoder {
    use super::{HEADER_BYTES, KIND_DIRECTORY, KIND_FILE, KIND_LINK, NODE_BYTES};
    use alloc::vec::Vec;

    /// What an image is made of. `F` is whatever a file's bytes come from.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Entry<F> {
        /// Names and entries, ascending by the bytes of the names.
        Directory(Vec<(Vec<u8>, Entry<F>)>),
        File(F),
        Link(Vec<u8>),
    }

    /// A node in the order of the image.
    struct Planned<'t, F> {
        parent: usize,
        name: &'t [u8],
        entry: &'t Entry<F>,
        /// Of a directory.
        first: usize,
    }

    /// Makes an image. `read` appends a file's bytes to the image itself, so
    /// that no file is in memory twice; `expected_bytes` of them are expected.
    pub fn encode<F, E>(
        trees: &[Entry<F>],
        expected_bytes: usize,
        mut read: impl FnMut(&F, &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let nodes = plan(trees);
        let table_bytes = HEADER_BYTES + nodes.len() * NODE_BYTES;
        let names_bytes: usize = nodes.iter().map(|node| node.name.len() + target(node.entry).len()).sum();
        let mut image = Vec::with_capacity(table_bytes + names_bytes + expected_bytes);
        put(&mut image, &[trees.len() as u32, nodes.len() as u32]);
        image.resize(table_bytes, 0);
        for (index, node) in nodes.iter().enumerate() {
            let name_at = image.len();
            image.extend_from_slice(node.name);
            let (kind, start, len) = match node.entry {
                Entry::Directory(entries) => (KIND_DIRECTORY, node.first, entries.len()),
                Entry::File(_) => (KIND_FILE, 0, 0),
                Entry::Link(target) => (KIND_LINK, image.len(), target.len()),
            };
            image.extend_from_slice(target(node.entry));
            let at = HEADER_BYTES + index * NODE_BYTES;
            let mut record = Vec::with_capacity(NODE_BYTES);
            put(&mut record, &[kind, node.parent as u32]);
            put_long(&mut record, &[name_at, node.name.len(), start, len]);
            image[at..at + NODE_BYTES].copy_from_slice(&record);
        }
        for (index, node) in nodes.iter().enumerate() {
            let Entry::File(file) = node.entry else { continue };
            let start = image.len();
            read(file, &mut image)?;
            let len = image.len() - start;
            let mut range = Vec::with_capacity(16);
            put_long(&mut range, &[start, len]);
            let at = HEADER_BYTES + index * NODE_BYTES + 24;
            image[at..at + range.len()].copy_from_slice(&range);
        }
        Ok(image)
    }

    fn plan<F>(trees: &[Entry<F>]) -> Vec<Planned<'_, F>> {
        let roots = trees.iter().enumerate();
        let mut nodes: Vec<Planned<'_, F>> =
            roots.map(|(parent, entry)| Planned { parent, name: b"", entry, first: 0 }).collect();
        let mut index = 0;
        while let Some(entry) = nodes.get(index).map(|node| node.entry) {
            if let Entry::Directory(entries) = entry {
                assert!(entries.is_sorted_by(|a, b| a.0 < b.0), "encode: entries out of order");
                nodes[index].first = nodes.len();
                let planned = |(name, entry)| Planned { parent: index, name, entry, first: 0 };
                nodes.extend(entries.iter().map(|(name, entry)| (&name[..], entry)).map(planned));
            }
            index += 1;
        }
        assert!(u32::try_from(nodes.len()).is_ok(), "encode: more nodes than numbers for them");
        nodes
    }

    fn target<F>(entry: &Entry<F>) -> &[u8] {
        match entry {
            Entry::Link(target) => target,
            Entry::Directory(_) | Entry::File(_) => b"",
        }
    }

    fn put(bytes: &mut Vec<u8>, values: &[u32]) {
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    }

    fn put_long(bytes: &mut Vec<u8>, values: &[usize]) {
        values.iter().for_each(|value| bytes.extend_from_slice(&(*value as u64).to_le_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn image() -> Vec<u8> {
        let file = |bytes: &'static [u8]| Entry::File(bytes);
        let sub =
            Entry::Directory(alloc::vec![(b"a".to_vec(), file(b"deep")), (b"\xFF".to_vec(), file(b""))]);
        let first = Entry::Directory(alloc::vec![
            (b"Z".to_vec(), file(b"upper")),
            (b"link".to_vec(), Entry::Link(b"sub/a".to_vec())),
            (b"sub".to_vec(), sub),
        ]);
        let second = Entry::Directory(Vec::new());
        let read = |file: &&[u8], image: &mut Vec<u8>| {
            image.extend_from_slice(file);
            Ok::<(), ()>(())
        };
        encode(&[first, second], 9, read).unwrap()
    }

    fn entries(image: Image<'_>, id: NodeId) -> Entries {
        match image.node(id).unwrap().content {
            Content::Directory(entries) => entries,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn trees_come_back_as_encoded() {
        let bytes = image();
        let image = Image::new(&bytes);
        let (first, second) = (image.tree(0).unwrap(), image.tree(1).unwrap());
        assert_eq!(image.tree(2), None);
        assert_eq!(entries(image, second).get(0), None);
        let root = entries(image, first);
        let names: Vec<_> =
            (0..).map_while(|index| root.get(index)).map(|id| image.node(id).unwrap().name).collect();
        assert_eq!(names, [&b"Z"[..], b"link", b"sub"]);
        let find = |entries, name: &[u8]| image.node(image.find(entries, name)?);
        assert_eq!(find(root, b"Z").unwrap().content, Content::File(b"upper"));
        assert_eq!(find(root, b"link").unwrap().content, Content::Link(b"sub/a"));
        let sub = image.find(root, b"sub").unwrap();
        assert_eq!(image.node(sub).unwrap().parent, first);
        assert_eq!(find(entries(image, sub), b"a").unwrap().content, Content::File(b"deep"));
        assert_eq!(find(entries(image, sub), b"\xFF").unwrap().parent, sub);
        for missing in [&b""[..], b"z", b"lin", b"links", b"A", b"~"] {
            assert_eq!(image.find(root, missing), None);
        }
    }

    /// Visits what can be reached; the deepest first entries would do no good.
    fn visit(bytes: &[u8]) -> usize {
        let image = Image::new(bytes);
        let nodes = (0..64).filter_map(|index| image.node(NodeId(index)));
        nodes
            .map(|node| match node.content {
                Content::Directory(entries) => usize::from(image.find(entries, b"sub").is_some()),
                Content::File(bytes) | Content::Link(bytes) => bytes.len(),
            })
            .sum()
    }

    #[test]
    fn cut_and_changed_images_are_read_within_their_bytes() {
        let whole = image();
        assert_eq!(visit(&whole), 5 + 4 + 5 + 1);
        for len in 0..whole.len() {
            visit(&whole[..len]);
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut changed = whole.clone();
                changed[at] = value;
                visit(&changed);
            }
        }
    }
}
