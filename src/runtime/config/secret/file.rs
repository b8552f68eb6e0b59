//! Secrets in files: only in files that nobody but their owner can read or exchange.

use std::{
    fs::{File, Metadata},
    io::{self, Read as _, Write as _},
    path::Path,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{LONGEST, SecretError, error, first_line};
use crate::{private, runtime::config::quoted};

/// The first line of a file.
pub(super) fn read(path: &Path) -> Result<SecretString, SecretError> {
    // Before it is opened: opening a pipe would wait for whoever writes into it.
    check(path)?;
    let read = File::open(path).and_then(|file| {
        let meta = file.metadata()?;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map(|_| (meta, SecretString::from(text)))
    });
    match read {
        Ok((meta, text)) => {
            // The file that was opened may be another one by now.
            private(path, &meta)?;
            Ok(first_line(text.expose_secret()))
        }
        Err(io) => unreadable(path, &io),
    }
}

/// Refuses a file that others than its owner may read, or exchange for another. A link is followed:
/// what counts is the file it leads to, and the folders of both.
pub(super) fn check(path: &Path) -> Result<(), SecretError> {
    let (meta, whole) = match std::fs::metadata(path).and_then(|m| Ok((m, path.canonicalize()?))) {
        Ok(found) => found,
        Err(io) => return unreadable(path, &io),
    };
    if !meta.is_file() {
        return error(
            format!("{} is not a file", path.display()),
            "name the file that holds the key",
        );
    }
    private(path, &meta)?;
    let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    for folder in [beside, whole.parent()].into_iter().flatten() {
        match std::fs::metadata(folder) {
            Ok(meta) => guarded(path, folder, &meta)?,
            Err(io) => return unreadable(folder, &io),
        }
    }
    Ok(())
}

fn unreadable<T>(path: &Path, io: &io::Error) -> Result<T, SecretError> {
    let is_for_a_shell = path.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part.starts_with('~') || part.contains('$')
    });
    let cure = if is_for_a_shell && io.kind() == io::ErrorKind::NotFound {
        "write the whole path: `~` and `$HOME` are taken as they stand, no shell reads them"
    } else {
        "check the path and its owner"
    };
    error(format!("{} cannot be read: {io}", path.display()), cure)
}

#[cfg(unix)]
fn private(path: &Path, meta: &Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = meta.permissions().mode() & 0o777;
    // The six bits of group and others.
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    error(
        format!("{} holds a key and others can read it (mode {mode:04o})", path.display()),
        format!("run: chmod 600 {}", quoted(path)),
    )
}

/// Everybody may exchange the files of a folder that everybody may write, unless it is sticky.
#[cfg(unix)]
fn guarded(path: &Path, folder: &Path, meta: &Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = meta.permissions().mode();
    if mode & 0o1002 != 0o002 {
        return Ok(());
    }
    error(
        format!("{} holds a key in a folder that everybody can write", path.display()),
        format!("run: chmod o-w {}", quoted(folder)),
    )
}

#[cfg(not(unix))]
fn private(_: &Path, _: &Metadata) -> Result<(), SecretError> {
    Ok(())
}

#[cfg(not(unix))]
fn guarded(_: &Path, _: &Path, _: &Metadata) -> Result<(), SecretError> {
    Ok(())
}

/// Writes a secret into a new file of mode 0600, in a folder of mode 0700 that is made if it is missing.
///
/// # Errors
/// Where it cannot be written, or the file is there already.
pub fn keep(path: &Path, secret: &SecretString) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private::folder(folder)?;
    }
    let mut file = private::file().write(true).create_new(true).open(path)?;
    writeln!(file, "{}", secret.expose_secret())?;
    file.sync_all()
}
