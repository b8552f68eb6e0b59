//! Files and folders that only the person at the desk may read: the store with prices, limits and clients,
//! the log, recordings, what is put beside the store.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::{fs::OFlags, process::geteuid};

/// How a file is opened so that, if it is made, only its owner may read and write it.
pub fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
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

/// The text of a file that nobody but us can have written: a plain file of our own user by one name, closed
/// to all others. Whatever else stands there is neither followed nor waited for.
///
/// # Errors
/// Where it is not, or cannot be read.
pub fn read_own(path: &Path) -> io::Result<String> {
    let mut file = open_own(OpenOptions::new().read(true), path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
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
