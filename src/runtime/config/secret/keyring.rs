//! Secrets in the system's keyring: the Secret Service, the Keychain, the Credential Manager. Built with
//! the cargo feature `keyring` alone, because it brings many crates.

use secrecy::SecretString;

use super::SecretError;

/// The secret of an account of a service.
#[cfg(feature = "keyring")]
pub(super) fn read(service: &str, account: &str) -> Result<SecretString, SecretError> {
    let found = keyring::Entry::new(service, account).and_then(|entry| entry.get_password());
    found.map(|secret| super::first_line(SecretString::from(secret).expose_secret())).map_err(
        |error| SecretError {
            says: format!("the keyring has no {service}/{account} for us: {error}"),
            cure: "unlock the keyring and look whether it holds that entry".to_owned(),
        },
    )
}

#[cfg(feature = "keyring")]
use secrecy::ExposeSecret as _;

/// This build has no keyring.
#[cfg(not(feature = "keyring"))]
pub(super) fn read(service: &str, account: &str) -> Result<SecretString, SecretError> {
    super::error(
        format!("{service}/{account} is in a keyring, and this dealdesk was built without one"),
        "build it with `--features keyring`, or use a file, a variable or a command",
    )
}
