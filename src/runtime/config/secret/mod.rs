//! Secrets: where each is, and reading it only when its seller is spoken to.
//!
//! Nothing here prints one: types that hold a secret hide it from `Debug`, and complaints name only
//! the place it was looked for.

mod command;
mod file;
mod keyring;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Environment, fault::nearest};
pub use file::keep as keep_secret;

/// How long a command may take to print a secret.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Where a secret is.
#[derive(Debug, Clone)]
pub enum Source {
    /// In an environment variable.
    Env(String),
    /// In the first line of a file of mode 0600.
    File(PathBuf),
    /// In the first line that a command prints.
    Command(Run),
    /// In the system's keyring, under this service and account.
    Keyring {
        /// The service: `dealdesk`.
        service: String,
        /// The account: `northlight`.
        account: String,
    },
    /// In the configuration file, which must then be of mode 0600.
    Inline(SecretString, PathBuf),
}

/// A command that prints a secret. What it is called with may be secret as well: it is never shown.
#[derive(Clone)]
pub enum Run {
    /// A line for the shell (`sh -c`): quotes, pipes and variables work.
    Shell(String),
    /// A program and what it is called with, as they are: no shell reads them.
    Program(String, Vec<String>),
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shell(_) => "Shell(…)",
            Self::Program(..) => "Program(…)",
        })
    }
}

/// Why a secret could not be had, and what to do. Never holds the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{says}; {cure}")]
pub struct SecretError {
    /// What went wrong.
    pub says: String,
    /// What to do.
    pub cure: String,
}

fn error<T>(says: impl Into<String>, cure: impl Into<String>) -> Result<T, SecretError> {
    Err(SecretError { says: says.into(), cure: cure.into() })
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(_) => f.write_str("a command"),
            Self::Keyring { service, account } => write!(f, "keyring {service}/{account}"),
            Self::Inline(..) => f.write_str("the configuration file"),
        }
    }
}

impl Source {
    /// Reads the secret.
    pub fn read(&self, environment: &Environment) -> Result<SecretString, SecretError> {
        let secret = match self {
            Self::Env(name) => from_env(name, environment)?,
            Self::File(path) => file::read(path)?,
            Self::Command(run) => command::read(run, COMMAND_TIMEOUT)?,
            Self::Keyring { service, account } => keyring::read(service, account)?,
            Self::Inline(secret, config) => {
                file::check(config)?;
                secret.clone()
            }
        };
        self.check(secret)
    }

    /// A secret goes into an HTTP header, so it is visible ASCII.
    fn check(&self, secret: SecretString) -> Result<SecretString, SecretError> {
        let text = secret.expose_secret();
        if text.is_empty() {
            return error(format!("{self} is empty"), "put the key there");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return error(
                format!("{self} holds characters that no key has (spaces, controls or non-ASCII)"),
                "copy the key again, alone on the first line",
            );
        }
        Ok(secret)
    }
}

/// Whether a text can be the name of an environment variable. A key that was pasted in its place
/// mostly cannot, and must not be shown as one.
pub(super) fn names_a_variable(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let has = |wanted: fn(&u8) -> bool| text.bytes().any(|byte| wanted(&byte));
    let looks_random = text.len() >= 20 && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    plain && !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && !looks_random
}

fn from_env(name: &str, environment: &Environment) -> Result<SecretString, SecretError> {
    let Some(value) = environment.var(name) else {
        if environment.names().any(|known| known == name) {
            return error(format!("${name} is empty"), format!("export {name}=… with the key"));
        }
        // An empty one would be no better.
        let set = environment.names().filter(|known| environment.var(known).is_some());
        let near = nearest(name, set);
        let hint = near.map_or_else(String::new, |near| format!(" (${near} is set: is it that?)"));
        return error(format!("${name} is not set{hint}"), format!("export {name}=… first"));
    };
    Ok(first_line(value))
}

fn first_line(text: &str) -> SecretString {
    SecretString::from(text.lines().next().unwrap_or_default().trim())
}

/// How a secret may be shown: its last two characters, if it is long enough to spare them.
pub(super) fn masked(secret: &SecretString) -> String {
    let text = secret.expose_secret();
    let tail = text.get(text.len().saturating_sub(2)..).filter(|_| text.len() >= 12);
    format!("••••{}", tail.unwrap_or_default())
}
