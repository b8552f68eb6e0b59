//! Where the secret of a seller is, as its block says it: one place of ten, never shown.

use std::{ops::Range, path::Path};

use secrecy::SecretString;

use super::{
    document::{Document, Part, Placed},
    secret::{Run, Source, names_a_variable},
    seller::Header,
};

/// The keys that say where a secret is, by the way it is sent.
const PLACES: [([&str; 5], Header); 2] = [
    (["api_key_env", "api_key_file", "api_key_command", "api_key_keyring", "api_key"], Header::Key),
    (
        [
            "bearer_token_env",
            "bearer_token_file",
            "bearer_token_command",
            "bearer_token_keyring",
            "bearer_token",
        ],
        Header::Bearer,
    ),
];

/// The one place the secret is at, and how it is sent; `None` for an open door.
pub(super) fn read<'t>(
    document: &mut Document<'t>,
    part: &Part<'t>,
    path: &Path,
) -> Option<(Source, Header)> {
    let mut found: Vec<(&str, Range<usize>, Source, Header)> = Vec::new();
    for (names, header) in PLACES {
        let [env, file, command, keyring, inline] = names;
        let sources = [
            (env, variable(document, part, env)),
            (file, self::file(document, part, file, path)),
            (command, self::command(document, part, command)),
            (keyring, entry(document, part, keyring)),
            (
                inline,
                document
                    .secret(part, inline)
                    .map(|p| of(p, |key| Source::Inline(SecretString::from(key), path.to_owned()))),
            ),
        ];
        for (name, source) in sources {
            found.extend(source.map(|(span, source)| (name, span, source, header)));
        }
    }
    let auth = document.choice(part, "auth", &["x-api-key", "bearer"]);
    found.sort_by_key(|(_, span, ..)| span.start);
    let mut found = found.into_iter();
    let (first, _, source, header) = found.next()?;
    for (name, span, ..) in found {
        let says = format!("`{name}` beside `{first}`: a seller has one secret");
        document.fault(&span, says, "keep one of them");
    }
    let header = match auth.as_deref() {
        Some("bearer") => Header::Bearer,
        Some(_) => Header::Key,
        None => header,
    };
    Some((source, header))
}

type Found = Option<(Range<usize>, Source)>;

fn of<T>(placed: Placed<T>, source: impl FnOnce(T) -> Source) -> (Range<usize>, Source) {
    (placed.span, source(placed.value))
}

/// A variable's name. What cannot be one may be the key itself, and is not repeated.
fn variable<'t>(document: &mut Document<'t>, part: &Part<'t>, name: &str) -> Found {
    let is_name = |p: &Placed<String>| names_a_variable(&p.value);
    if part.peek(name).is_none_or(names_a_variable) {
        return document.text(part, name).filter(is_name).map(|p| of(p, Source::Env));
    }
    let Placed { span, .. } = document.secret(part, name)?;
    let says = format!("`{name}` is not the name of an environment variable");
    document.fault(&span, says, "write the variable's name here, and the key into the variable");
    None
}

/// A file, beside the configuration unless it is written in full.
fn file<'t>(document: &mut Document<'t>, part: &Part<'t>, name: &str, path: &Path) -> Found {
    let folder = path.parent().unwrap_or(Path::new(""));
    document.text(part, name).map(|p| of(p, |file| Source::File(folder.join(file))))
}

/// A line for the shell, or a list that no shell reads. Both may hold something secret.
fn command<'t>(document: &mut Document<'t>, part: &Part<'t>, name: &str) -> Found {
    let placed = document.command(part, name)?;
    let Placed { value: mut words, span } = placed;
    if words.iter().all(|word| word.trim().is_empty()) {
        document.fault(
            &span,
            format!("`{name}` is empty"),
            "write the command that prints the key",
        );
        return None;
    }
    let first = words.remove(0);
    let run =
        if part.peek(name).is_some() { Run::Shell(first) } else { Run::Program(first, words) };
    Some((span, Source::Command(run)))
}

/// `service/account` of the keyring.
fn entry<'t>(document: &mut Document<'t>, part: &Part<'t>, name: &str) -> Found {
    let Placed { value, span } = document.text(part, name)?;
    match value.split_once('/') {
        Some((service, account)) if !service.is_empty() && !account.is_empty() => {
            let (service, account) = (service.to_owned(), account.to_owned());
            Some((span, Source::Keyring { service, account }))
        }
        Some(_) | None => {
            let says = format!("`{name}` must name a service and an account");
            document.fault(&span, says, "write it like \"dealdesk/northlight\"");
            None
        }
    }
}
