//! Files and folders that only the person at the desk may read: the store with prices, limits and clients,
//! the log, recordings, what is put beside the store. Also how a file is opened that a person names.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::{fs::OFlags, process::geteuid};

/// How a file is opened so that, if it is made, only its owner may read and write it.
pub fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Opens a file that a person named, for reading. What is no plain file is neither opened nor waited for;
/// the null device is a file with nothing in it.
///
/// # Errors
/// Where it is no plain file, or cannot be opened. The words say which.
pub fn named(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = options.read(true).custom_flags(flags).open(path).map_err(|error| {
        // A socket cannot be opened at all, and the system's own words do not say what it is.
        fs::metadata(path).ok().and_then(|found| odd(path, &found)).unwrap_or(error)
    })?;
    match odd(path, &file.metadata()?) {
        Some(odd) => Err(odd),
        None => Ok(file),
    }
}

/// Why what stands at a path is no plain file; `None` where it is one, or where nothing is there.
///
/// # Errors
/// Where it is no plain file.
pub fn plain(path: &Path) -> io::Result<()> {
    fs::metadata(path).ok().and_then(|found| odd(path, &found)).map_or(Ok(()), Err)
}

fn odd(path: &Path, found: &Metadata) -> Option<io::Error> {
    let kind = found.file_type();
    let is = if kind.is_file() || path == Path::new("/dev/null") {
        return None;
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Some(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {is}, and no plain file")))
}

/// Makes a folder and those above it, where they are missing, for their owner alone.
///
/// # Errors
/// Where one cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(path)
}

/// Makes a folder as [`folder`] does, and takes none that is there already unless it is ours alone.
///
/// # Errors
/// As for [`own_folder`], and where it cannot be made.
pub fn make_own_folder(path: &Path) -> io::Result<()> {
    folder(path)?;
    own_folder(path)
}

/// Whether a folder can have been written to by nobody but us: a real folder of our own user, closed to
/// all others.
///
/// # Errors
/// Where it is not, or cannot be looked at.
pub fn own_folder(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is no folder"));
    }
    own(&found)
}

/// A file to read that nobody but us can have written: a plain file of our own user by one name, closed to
/// all others. Whatever else stands there is neither followed nor waited for.
///
/// # Errors
/// Where something else stands there, or it cannot be opened.
pub fn open_own_to_read(path: &Path) -> io::Result<File> {
    open_own(OpenOptions::new().read(true), path)
}

/// A file to append to, made if it is missing, that nobody but us can have written to.
///
/// # Errors
/// Where something else stands there, or it cannot be opened.
pub fn append_own(path: &Path) -> io::Result<File> {
    open_own(file().create(true).append(true), path)
}

fn open_own(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits().cast_signed()).open(path)?;
    let found = file.metadata()?;
    if !found.is_file() || found.nlink() > 1 {
        return Err(io::Error::other("it is no plain file with one name"));
    }
    own(&found)?;
    Ok(file)
}

fn own(found: &Metadata) -> io::Result<()> {
    let denied = |says| Err(io::Error::new(io::ErrorKind::PermissionDenied, says));
    if found.uid() != geteuid().as_raw() {
        return denied("it is another user's");
    }
    if found.mode() & 0o077 != 0 {
        return denied("others may write to it or read it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn what_is_no_plain_file_is_refused_in_words_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        mknodat(CWD, at("pipe"), FileType::Fifo, Mode::RWXU, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        fs::write(at("file"), "x").unwrap();
        fs::create_dir(at("folder")).unwrap();
        std::os::unix::fs::symlink(at("pipe"), at("link")).unwrap();
        let says = |path: &Path| named(path).map(|_| ()).map_err(|error| error.to_string());
        let refused = |is: &str| Err(format!("it is {is}, and no plain file"));
        assert_eq!(says(&at("file")), Ok(()));
        assert_eq!(says(Path::new("/dev/null")), Ok(()));
        assert_eq!(says(Path::new("/dev/zero")), refused("a device"));
        for (name, is) in
            [("pipe", "a pipe"), ("link", "a pipe"), ("socket", "a socket"), ("folder", "a folder")]
        {
            assert_eq!(says(&at(name)), refused(is), "{name}");
            assert_eq!(plain(&at(name)).map_err(|error| error.to_string()), refused(is), "{name}");
        }
        assert!(plain(&at("nothing")).is_ok() && named(&at("nothing")).is_err());
    }
}
