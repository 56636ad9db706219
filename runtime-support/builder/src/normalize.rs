//! Takes out of an object what differs between folders and serves nobody:
//! rustc's symbol names contain a hash of the folder that a crate lies in.
//! Readable names without it take their place, for debuggers and profilers.

use object::build::elf::{Builder, Section, SectionData, SectionId};
use object::elf::{SHT_STRTAB, STB_GLOBAL, STT_FILE, STV_HIDDEN};

/// Where rustc puts each function and datum in a section named after it.
const SECTION_PREFIXES: [&str; 5] = [".text", ".rodata", ".data.rel.ro", ".data", ".bss"];

/// What no executable needs: there is no unwinding, and the debug information
/// describes precompiled library code only.
const DROPPED_PREFIXES: [&str; 4] = [".debug_", ".eh_frame", ".comment", ".llvm"];

/// Prefix of names that no symbol table needs.
const LOCAL_LABEL: &str = ".L";

/// What the symbol table gives as the source file.
const SOURCE_NAME: &[u8] = b"wasmc_runtime";

/// The same object with plain names. Fails on what is no ELF object.
pub fn normalize(object: &[u8]) -> object::build::Result<Vec<u8>> {
    let mut builder = Builder::read(object)?;
    drop_sections(&mut builder);
    for section in &mut builder.sections {
        if let Some(name) = plain_section_name(&section.name.to_string()) {
            section.name = name.into_bytes().into();
        }
    }
    for symbol in &mut builder.symbols {
        if symbol.st_type() == STT_FILE {
            symbol.name = SOURCE_NAME.into();
        } else if let Some(name) = plain_symbol_name(&symbol.name.to_string()) {
            symbol.name = name.into_bytes().into();
            if symbol.st_bind() == STB_GLOBAL {
                symbol.st_other = STV_HIDDEN;
            }
        }
    }
    add_section_names(&mut builder);
    let mut normalized = Vec::new();
    builder.write(&mut normalized)?;
    Ok(normalized)
}

fn drop_sections(builder: &mut Builder<'_>) {
    let is_dropped = |section: &Section<'_>| {
        let name = section.name.to_string();
        DROPPED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let dropped: Vec<SectionId> =
        builder.sections.iter().filter(|section| is_dropped(section)).map(Section::id).collect();
    for section in &mut builder.sections {
        // A table of relocations names the section that it is for.
        let relocated = section.sh_info_section;
        section.delete = dropped.contains(&section.id()) || relocated.is_some_and(|id| dropped.contains(&id));
    }
    builder.delete_orphans();
}

/// LLVM keeps the sections' names in the symbols' table; the writer wants a
/// table for each.
fn add_section_names(builder: &mut Builder<'_>) {
    let has_own = |section: &Section<'_>| matches!(section.data, SectionData::SectionString);
    if !builder.sections.iter().any(has_own) {
        let section = builder.sections.add();
        section.name = b".shstrtab"[..].into();
        section.sh_type = SHT_STRTAB;
        section.sh_addralign = 1;
        section.data = SectionData::SectionString;
    }
}

/// The section's name without the function or datum in it; `None` if it has none.
fn plain_section_name(name: &str) -> Option<String> {
    let (relocations, name) = match name.strip_prefix(".rela") {
        Some(name) => (".rela", name),
        None => ("", name),
    };
    let is_in = |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|rest| rest.starts_with('.'));
    let prefix = SECTION_PREFIXES.iter().find(|prefix| is_in(prefix))?;
    Some(format!("{relocations}{prefix}"))
}

/// A readable name for what rustc named; `None` for names that C would have.
fn plain_symbol_name(name: &str) -> Option<String> {
    if name.starts_with(LOCAL_LABEL) {
        return Some(LOCAL_LABEL.to_owned());
    }
    rustc_demangle::try_demangle(name).ok().map(|name| format!("{name:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lose_what_is_in_them() {
        let plain = |name| plain_section_name(name).unwrap_or_default();
        assert_eq!(plain(".text._ZN1a1b17h0123456789abcdefE"), ".text");
        assert_eq!(plain(".rela.data.rel.ro..Lanon.0123.4"), ".rela.data.rel.ro");
        assert_eq!(plain(".data.x"), ".data");
        assert_eq!(plain_section_name(".text"), None);
        assert_eq!(plain_section_name(".symtab"), None);
    }

    #[test]
    fn symbols_lose_the_hash_of_their_crate() {
        let plain = |name| plain_symbol_name(name).unwrap_or_default();
        assert_eq!(plain("_ZN7runtime4trap7install17hbf316fd0bde794baE"), "runtime::trap::install");
        assert_eq!(plain("_RNvNtCshlpMBgquiuC_7runtime4trap7install"), "runtime::trap::install");
        assert_eq!(plain(".Lanon.58baeeae7d5fe476157d296c9f08f803.178"), ".L");
        assert_eq!(plain_symbol_name("memcpy"), None);
        assert_eq!(plain_symbol_name("_start"), None);
    }
}
