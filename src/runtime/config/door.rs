//! Where the secret of a seller is, as its block says it: one place of ten, never shown.

use std::{ops::Range, path::Path};

use toml::Spanned;

use super::{
    document::Document,
    keys::{self, Text, Texts},
    secret::{Run, Source, names_a_variable},
    seller::Header,
};

/// The one place the secret is at, and how it is sent; `None` for an open door.
pub(super) fn read(
    document: &mut Document<'_>,
    seller: &mut keys::Seller,
    path: &Path,
) -> Option<(Source, Header)> {
    let by_key = (
        seller.api_key_env.take(),
        seller.api_key_file.take(),
        seller.api_key_command.take(),
        seller.api_key_keyring.take(),
        seller.api_key.take(),
    );
    let by_token = (
        seller.bearer_token_env.take(),
        seller.bearer_token_file.take(),
        seller.bearer_token_command.take(),
        seller.bearer_token_keyring.take(),
        seller.bearer_token.take(),
    );
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut found: Vec<(String, Range<usize>, Source, Header)> = Vec::new();
    for (name, header, (env, file, command, keyring, inline)) in
        [("api_key", Header::Key, by_key), ("bearer_token", Header::Bearer, by_token)]
    {
        let mut add = |name: String, span: Range<usize>, source: Option<Source>| {
            found.extend(source.map(|source| (name, span, source, header)));
        };
        if let Some(text) = env {
            let name = format!("{name}_env");
            let source = variable(document, &name, &text);
            add(name, text.span(), source);
        }
        if let Some(text) = file {
            // A file lies beside the configuration unless it is written in full.
            let source = Source::File(folder.join(text.get_ref()));
            add(format!("{name}_file"), text.span(), Some(source));
        }
        if let Some(run) = command {
            let name = format!("{name}_command");
            let source = self::command(document, &name, &run);
            add(name, run.span(), source);
        }
        if let Some(text) = keyring {
            let name = format!("{name}_keyring");
            let source = entry(document, &name, &text);
            add(name, text.span(), source);
        }
        if let Some(key) = inline {
            let span = key.span();
            add(name.to_owned(), span, Some(Source::Inline(key.into_inner(), path.to_owned())));
        }
    }
    let auth = document.choice("auth", seller.auth.take(), &["x-api-key", "bearer"]);
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

/// A variable's name. What cannot be one may be the key itself, and is not repeated.
fn variable(document: &mut Document<'_>, name: &str, text: &Text) -> Option<Source> {
    if names_a_variable(text.get_ref()) {
        return Some(Source::Env(text.get_ref().clone()));
    }
    let says = format!("`{name}` is not the name of an environment variable");
    let cure = "write the variable's name here, and the key into the variable";
    document.fault(&text.span(), says, cure);
    None
}

/// A line for the shell, or a list that no shell reads. Both may hold something secret.
fn command(document: &mut Document<'_>, name: &str, run: &Spanned<Texts>) -> Option<Source> {
    if run.get_ref().list().iter().all(|word| word.trim().is_empty()) {
        let cure = "write the command that prints the key";
        document.fault(&run.span(), format!("`{name}` is empty"), cure);
        return None;
    }
    Some(Source::Command(match run.get_ref() {
        Texts::One(line) => Run::Shell(line.clone()),
        Texts::List(words) => {
            let (program, arguments) = words.split_first()?;
            Run::Program(program.clone(), arguments.to_vec())
        }
    }))
}

/// `service/account` of the keyring.
fn entry(document: &mut Document<'_>, name: &str, text: &Text) -> Option<Source> {
    match text.get_ref().split_once('/') {
        Some((service, account)) if !service.is_empty() && !account.is_empty() => {
            let (service, account) = (service.to_owned(), account.to_owned());
            Some(Source::Keyring { service, account })
        }
        Some(_) | None => {
            let says = format!("`{name}` must name a service and an account");
            document.fault(&text.span(), says, "write it like \"dealdesk/northlight\"");
            None
        }
    }
}
