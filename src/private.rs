//! Files and folders that only the person at the desk may read: the store with prices, limits and clients,
//! the log, recordings, what is put beside the store.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

/// How a file is opened so that, if it is made, only its owner may read and write it.
pub fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder and those above it, where they are missing, for their owner alone.
///
/// # Errors
/// Where one cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
