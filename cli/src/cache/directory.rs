//! Where the cache is, and whether what is there can be trusted: its entries
//! become code that the user runs.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::report::io_reason;

const NAME: &str = "wasmc";
/// Of the directories that are made: nobody else may look into them.
const MODE: u32 = 0o700;
/// The bits that let group and others write.
const OTHERS_WRITE: u32 = 0o022;

/// The user's own cache, as the XDG base directory specification has it; none
/// where it is not known whose that is.
pub fn of_user(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    base.map(|base| base.join(NAME))
}

/// Makes the directory where it is missing.
///
/// # Errors
/// Why it is not used, and what helps.
pub fn prepare(path: &Path, user: u32) -> Result<(), String> {
    let cannot = |error: io::Error| format!("cannot be used: {}", io_reason(&error));
    DirBuilder::new().recursive(true).mode(MODE).create(path).map_err(cannot)?;
    let metadata = fs::metadata(path).map_err(cannot)?;
    if metadata.uid() != user {
        return Err("belongs to another user, whose code would be trusted; name another directory".into());
    }
    if metadata.mode() & OTHERS_WRITE != 0 {
        return Err("can be written by other users, whose code would be trusted; try chmod go-w".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_users_cache_is_where_the_environment_says() {
        let of = |xdg: Option<&str>, home: Option<&str>| {
            let variables = [("XDG_CACHE_HOME", xdg), ("HOME", home)];
            let value =
                |name: &str| variables.iter().find(|(known, _)| *known == name)?.1.map(OsString::from);
            of_user(value).map(|path| path.display().to_string())
        };
        assert_eq!(of(Some("/x"), Some("/home/me")).as_deref(), Some("/x/wasmc"));
        assert_eq!(of(None, Some("/home/me")).as_deref(), Some("/home/me/.cache/wasmc"));
        // The specification has relative paths ignored.
        assert_eq!(of(Some("x"), Some("/home/me")).as_deref(), Some("/home/me/.cache/wasmc"));
        assert_eq!(of(Some(""), Some("")), None);
        assert_eq!(of(None, None), None);
    }

    #[test]
    fn only_what_nobody_else_can_write_is_used() {
        let place = tempfile::tempdir().unwrap();
        let user = fs::metadata(place.path()).unwrap().uid();
        let path = place.path().join("a/b");
        prepare(&path, user).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, MODE);
        assert!(prepare(&path, user + 1).unwrap_err().contains("belongs to another user"));
        for mode in [0o720, 0o702, 0o777] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(prepare(&path, user).unwrap_err().contains("can be written by other users"));
        }
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        prepare(&path, user).unwrap();
        fs::write(place.path().join("file"), "").unwrap();
        assert!(prepare(&place.path().join("file"), user).unwrap_err().contains("cannot be used"));
    }
}
