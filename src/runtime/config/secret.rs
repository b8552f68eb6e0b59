//! Secrets: where each is, and reading it only when its seller is spoken to.
//!
//! Nothing here prints one: types that hold a secret hide it from `Debug`, and complaints name only
//! the place it was looked for.

use std::{
    fmt,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Environment, fault::nearest};

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
    Command(String),
    /// In the configuration file, which must then be of mode 0600.
    Inline(SecretString, PathBuf),
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
            Self::Inline(..) => f.write_str("the configuration file"),
        }
    }
}

impl Source {
    /// Reads the secret.
    pub fn read(&self, environment: &Environment) -> Result<SecretString, SecretError> {
        let secret = match self {
            Self::Env(name) => SecretString::from(from_env(name, environment)?),
            Self::File(path) => SecretString::from(from_file(path)?),
            Self::Command(command) => SecretString::from(from_command(command, COMMAND_TIMEOUT)?),
            Self::Inline(secret, config) => {
                check_mode(config)?;
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

fn from_env(name: &str, environment: &Environment) -> Result<String, SecretError> {
    let Some(value) = environment.var(name) else {
        let near = nearest(name, environment.names());
        let hint = near.map_or_else(String::new, |near| format!(" (${near} is set: is it that?)"));
        return error(format!("${name} is not set{hint}"), format!("export {name}=… first"));
    };
    Ok(first_line(value))
}

fn from_file(path: &Path) -> Result<String, SecretError> {
    let shown = path.display();
    check_mode(path)?;
    let read = std::fs::File::open(path).and_then(|file| {
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map(|_| text)
    });
    match read {
        Ok(text) => Ok(first_line(&text)),
        Err(io) => error(format!("{shown} cannot be read: {io}"), "check the path and its owner"),
    }
}

/// Refuses a file that others than its owner may read.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let shown = path.display();
    let meta = match std::fs::metadata(path) {
        Ok(meta) => meta,
        Err(io) => {
            return error(format!("{shown} cannot be read: {io}"), "check the path and its owner");
        }
    };
    if !meta.is_file() {
        return error(format!("{shown} is not a file"), "name the file that holds the key");
    }
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return error(
            format!("{shown} holds a key and others can read it (mode {mode:04o})"),
            format!("run: chmod 600 {}", quoted(path)),
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), SecretError> {
    Ok(())
}

/// A path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+@%".contains(&b));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Runs a command by the shell; its first line is the secret. What it says on stderr goes to the
/// person's terminal, so that a password manager can ask for its own password.
fn from_command(command: &str, timeout: Duration) -> Result<String, SecretError> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let spawned = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let cure = "run it by hand to see what it says";
    let mut child = match spawned {
        Ok(child) => child,
        Err(io) => return error(format!("the key's command cannot be started: {io}"), cure),
    };
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    // The reader ends with the command's output; after a time-out nobody waits for it any more.
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.map(|stdout| stdout.take(LONGEST).read_to_string(&mut text));
        sender.send(read.map(|read| read.map(|_| text)))
    });
    let Ok(read) = receiver.recv_timeout(timeout) else {
        let _ = child.kill();
        let _ = child.wait();
        return error(format!("the key's command took over {} s", timeout.as_secs()), cure);
    };
    match child.wait() {
        Ok(status) if !status.success() => {
            error(format!("the key's command failed ({status})"), cure)
        }
        Ok(_) => match read {
            Some(Ok(text)) => Ok(first_line(&text)),
            Some(Err(_)) | None => error("the key's command printed no text", cure),
        },
        Err(io) => error(format!("the key's command was lost: {io}"), cure),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

/// How a secret may be shown: its last two characters, if it is long enough to spare them.
pub(super) fn masked(secret: &SecretString) -> String {
    let text = secret.expose_secret();
    let tail = text.get(text.len().saturating_sub(2)..).filter(|_| text.len() >= 12);
    format!("••••{}", tail.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTINEL: &str = "sk-SENTINEL-do-not-print-9f";

    fn environment() -> Environment {
        Environment::new(&[("DESK_KEY", SENTINEL), ("BAD", "a b")], "/c".into(), "/s".into())
    }

    fn says(source: &Source) -> String {
        let read = source.read(&environment());
        read.map_or_else(|error| error.to_string(), |secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn an_environment_variable_is_read_and_a_missing_one_is_named() {
        assert_eq!(says(&Source::Env("DESK_KEY".into())), SENTINEL);
        let missing = says(&Source::Env("DESK_KYE".into()));
        assert_eq!(
            missing,
            "$DESK_KYE is not set ($DESK_KEY is set: is it that?); export DESK_KYE=… first"
        );
        assert!(says(&Source::Env("BAD".into())).contains("no key has"));
    }

    #[test]
    fn a_command_gives_its_first_line_or_a_reason() {
        let run = |command: &str| says(&Source::Command(command.into()));
        assert_eq!(run(&format!("echo {SENTINEL}; echo second line")), SENTINEL);
        assert!(run(&format!("echo {SENTINEL}; exit 3")).starts_with("the key's command failed"));
        assert!(run("true").contains("is empty"));
        let slow = from_command("exec sleep 60", Duration::from_millis(1)).unwrap_err();
        assert!(slow.says.contains("took over"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_command_that_cures_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("my key");
        std::fs::write(&path, format!("{SENTINEL}\n")).unwrap();
        for (mode, ok) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let says = says(&Source::File(path.clone()));
            assert_eq!(says == SENTINEL, ok, "{mode:o}: {says}");
            if !ok {
                assert!(says.contains(&format!("chmod 600 '{}'", path.display())), "{says}");
            }
        }
        assert!(says(&Source::File(dir.path().to_owned())).contains("is not a file"));
        assert!(says(&Source::File(dir.path().join("none"))).contains("cannot be read"));
    }

    #[test]
    fn nothing_that_is_printed_holds_the_secret() {
        let secret = SecretString::from(SENTINEL);
        let inline = Source::Inline(secret.clone(), "/none".into());
        for text in [
            format!("{inline:?} {inline}"),
            format!("{:?}", inline.read(&environment())),
            format!("{:?}", environment()),
            masked(&secret),
        ] {
            assert!(!text.contains("SENTINEL"), "{text}");
        }
        assert_eq!(masked(&secret), "••••9f");
        assert_eq!(masked(&SecretString::from("short")), "••••");
    }
}
