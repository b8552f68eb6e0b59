//! Where a store really is, and where what belongs to it lies. A store is its file, not the name by which
//! somebody opens it: two desks at one file see each other's locks, by whatever names they came to it.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, Metadata},
    io::ErrorKind,
    os::unix::fs::MetadataExt as _,
    path::{Component, Path, PathBuf},
};

use super::{
    Location,
    error::{StoreError, Trouble},
};
use crate::private;

/// How many links to a file that is not there yet are followed: as many as Linux does.
const LINKS: u32 = 40;

impl Location {
    /// The same store by the one name under which everybody finds what lies beside it: whole, with
    /// every symbolic link followed, spelled as its folder lists it. The file may be missing.
    ///
    /// # Errors
    /// Where the path leads nowhere, or the file has several names: SQLite keeps a log for each name, so
    /// that two desks at one file would not see each other's writes.
    pub fn real(&self) -> Result<Self, StoreError> {
        match self {
            Self::File(path) => real(path).map(Self::File),
            Self::Memory => Ok(Self::Memory),
        }
    }

    /// The file or folder beside the real store whose name ends so; `None` for a store in memory.
    ///
    /// # Errors
    /// As for [`Self::real`].
    pub fn beside(&self, ending: &str) -> Result<Option<PathBuf>, StoreError> {
        Ok(match self.real()? {
            Self::File(path) => Some(with(&path, ending)),
            Self::Memory => None,
        })
    }
}

/// A path whose name ends in more.
pub(super) fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Which file something is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// Of the file at `path`, if one is there.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| Self::of(&found))
    }

    fn of(found: &Metadata) -> Self {
        Self { device: found.dev(), number: found.ino() }
    }
}

/// [`Location::real`] of a path.
pub(super) fn real(path: &Path) -> Result<PathBuf, StoreError> {
    let failed = |error: &std::io::Error| StoreError::io(error, path);
    let mut named = std::path::absolute(path).map_err(|error| failed(&error))?;
    for _ in 0..LINKS {
        match fs::canonicalize(&named) {
            Ok(found) => return one_name(spelled(&found, Identity::at, names)),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&error)),
            Err(_) => {}
        }
        match (fs::read_link(&named), named.parent(), named.file_name()) {
            // A link to a file that is not there yet: that file will be made.
            (Ok(target), Some(folder), _) => named = folder.join(target),
            (Err(_), Some(folder), Some(name)) => return Ok(real(folder)?.join(name)),
            (_, _, _) => break,
        }
    }
    Err(StoreError::new(Trouble::Unreadable, "its links lead nowhere").at(path))
}

fn one_name(path: PathBuf) -> Result<PathBuf, StoreError> {
    let found = fs::metadata(&path).map_err(|error| StoreError::io(&error, &path))?;
    if !found.is_dir() {
        // A pipe would be waited at for ever.
        private::plain(&path)
            .map_err(|odd| StoreError::new(Trouble::Unreadable, odd.to_string()).at(&path))?;
    }
    if found.is_file() && found.nlink() > 1 {
        let detail = format!("it has {} names, hard links to one another", found.nlink());
        return Err(StoreError::new(Trouble::ManyNames, detail).at(&path));
    }
    Ok(path)
}

fn names(folder: &Path) -> Vec<OsString> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.file_name()).collect()
}

/// The path as the folders in it list its parts. Only a file system that folds case, or knows an accent
/// in two spellings, answers to a name that it does not list.
fn spelled(
    path: &Path,
    identity: impl Fn(&Path) -> Option<Identity>,
    names: impl Fn(&Path) -> Vec<OsString>,
) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        let folds = match part {
            Component::Normal(name) => Some(name).filter(|name| may_fold(&whole, name, &identity)),
            Component::Prefix(_)
            | Component::RootDir
            | Component::CurDir
            | Component::ParentDir => None,
        };
        let listed = folds.and_then(|name| {
            let known = identity(&whole.join(name));
            let mut names = names(&whole);
            let as_it_stands = names.iter().any(|listed| listed == name);
            names.retain(|listed| identity(&whole.join(listed)) == known);
            names.into_iter().next().filter(|_| known.is_some() && !as_it_stands)
        });
        match listed {
            Some(listed) => whole.push(listed),
            None => whole.push(part),
        }
    }
    whole
}

/// Whether a folder may know a name in another spelling. Asked before it is listed: it may be large.
fn may_fold(folder: &Path, name: &OsStr, identity: &impl Fn(&Path) -> Option<Identity>) -> bool {
    let Some(text) = name.to_str() else { return false };
    let other: String = text.chars().flat_map(turned).collect();
    if other == text {
        return !text.is_ascii();
    }
    let known = identity(&folder.join(name));
    known.is_some() && known == identity(&folder.join(other))
}

/// A letter in the other case.
fn turned(letter: char) -> Vec<char> {
    if letter.is_lowercase() {
        letter.to_uppercase().collect()
    } else {
        letter.to_lowercase().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file system with a folder that knows names in any case.
    fn folding(path: &Path) -> Option<Identity> {
        let text = path.to_str()?;
        let folded = text.strip_prefix("/Volumes/").map(str::to_lowercase);
        let number = match (text, folded.as_deref()) {
            ("/Volumes", _) => 1,
            (_, Some("desk")) => 2,
            (_, Some("desk/live.db")) => 3,
            (_, Some("desk/other.db")) => 4,
            (_, _) => return None,
        };
        Some(Identity { device: 7, number })
    }

    fn listed(folder: &Path) -> Vec<OsString> {
        let names: &[&str] = match folder.to_str() {
            Some("/") => &["Volumes"],
            Some("/Volumes") => &["Desk"],
            Some("/Volumes/Desk") => &["Other.DB", "Live.db"],
            _ => &[],
        };
        names.iter().map(OsString::from).collect()
    }

    #[test]
    fn a_name_in_another_case_is_spelled_as_its_folder_lists_it() {
        for typed in ["/Volumes/Desk/Live.db", "/Volumes/DESK/live.db", "/Volumes/desk/LIVE.DB"] {
            let found = spelled(Path::new(typed), folding, listed);
            assert_eq!(found, Path::new("/Volumes/Desk/Live.db"), "{typed}");
        }
        // Where case counts, nothing is looked up: another spelling is another file.
        let unlisted = |_: &Path| -> Vec<OsString> { unreachable!("not listed") };
        let strict = |path: &Path| {
            (path == Path::new("/a/live.db")).then_some(Identity { device: 1, number: 1 })
        };
        let found = spelled(Path::new("/a/live.db"), strict, unlisted);
        assert_eq!(found, Path::new("/a/live.db"));
    }
}
