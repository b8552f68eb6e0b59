//! One `[[sellers]]` block: where a seller is, what opens its door, how much it is told.

use std::{ops::Range, path::Path, str::FromStr as _, time::Duration};

use toml::Spanned;
use url::Url;

use super::{
    Environment,
    document::{Document, shown},
    door,
    keys::{self, Text},
    secret::{SecretError, Source, masked},
};
use crate::{
    desk::SellerInfo,
    domain::{ErrorKind, SellerError, SellerName, Tier},
    sellers::{self, Auth, DEFAULT_ATTEMPTS, DEFAULT_TIMEOUT, Endpoint, PROTOCOLS, http},
};

/// Whether a secret is sent as a key or as a bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// `X-Api-Key`.
    Key,
    /// `Authorization: Bearer`.
    Bearer,
}

/// A seller as configured. Its secret is not read yet.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Our name for it.
    pub name: SellerName,
    /// Where it is.
    pub url: Url,
    /// A name of [`PROTOCOLS`].
    pub protocol: String,
    /// A dialect of it, or `auto`.
    pub dialect: String,
    /// Where its secret is, and how it is sent; `None` for an open door.
    pub secret: Option<(Source, Header)>,
    /// The most it is told.
    pub reveal: Tier,
    /// Whether plain HTTP may leave this machine.
    pub allow_http: bool,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How often a repeatable question is asked.
    pub attempts: u32,
}

/// A seller with its secret read: what the desk shows of it, and what the adapter is built from.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// For the desk.
    pub info: SellerInfo,
    /// For the adapter, or why it cannot be spoken to.
    pub endpoint: Result<Endpoint, SellerError>,
}

impl Seller {
    /// Reads the secret. A seller whose secret cannot be had keeps its place, with the reason.
    pub fn resolve(&self, environment: &Environment) -> Resolved {
        let secret =
            self.secret.as_ref().map(|(source, header)| (source.read(environment), header));
        let (auth, endpoint) = match secret {
            None => ("none".to_owned(), Ok(self.endpoint(Auth::default()))),
            Some((Ok(secret), header)) => {
                let alias = masked(&secret);
                let (word, auth) = match header {
                    Header::Key => ("key", Auth { api_key: Some(secret), ..Auth::default() }),
                    Header::Bearer => ("bearer", Auth { bearer: Some(secret), ..Auth::default() }),
                };
                (format!("{word} {alias}"), Ok(self.endpoint(auth)))
            }
            Some((Err(error), _)) => ("key missing".to_owned(), Err(cannot_open(error))),
        };
        Resolved { info: self.info(auth), endpoint }
    }

    /// What the desk shows of it; `auth` says of its secret what may be shown.
    pub fn info(&self, auth: String) -> SellerInfo {
        SellerInfo {
            name: self.name.clone(),
            url: http::shown_url(&self.url).trim_end_matches('/').to_owned(),
            protocol: self.protocol.clone(),
            dialect: self.dialect.clone(),
            reveal: self.reveal,
            auth,
            honours_agreement: sellers::honours_agreement(&self.protocol, &self.dialect),
        }
    }

    fn endpoint(&self, auth: Auth) -> Endpoint {
        Endpoint {
            protocol: self.protocol.clone(),
            dialect: self.dialect.clone(),
            auth,
            timeout: self.timeout,
            attempts: self.attempts,
            allow_http: self.allow_http,
            ..Endpoint::new(self.name.clone(), self.url.clone())
        }
    }
}

fn cannot_open(error: SecretError) -> SellerError {
    SellerError::transport(ErrorKind::Configuration, "no_key", error.says, &error.cure)
}

/// Reads one block. `None` where it has a fault that leaves nothing to speak to.
pub(super) fn read(
    document: &mut Document<'_>,
    block: Spanned<keys::Seller>,
    path: &Path,
) -> Option<Seller> {
    let (span, mut written) = (block.span(), block.into_inner());
    let name = check_name(document, written.name.take(), &span);
    // One of the wrong kind was complained about already.
    let has_url = document.at(&span).as_table().is_some_and(|block| block.contains_key("url"));
    if !has_url {
        document.fault(&span, "a seller needs a `url`", "write url = \"https://…\"");
    }
    let allow_http = written.allow_http.take().is_some_and(Spanned::into_inner);
    let url = written.url.take().and_then(|url| check_url(document, &url, allow_http));
    let protocols: Vec<_> = PROTOCOLS.iter().map(|known| known.name).collect();
    let protocol = document.choice("protocol", written.protocol.take(), &protocols);
    let protocol = protocol.unwrap_or_else(|| "iab".to_owned());
    let dialects = PROTOCOLS.iter().find(|known| known.name == protocol).map(|p| p.dialects);
    let dialects: Vec<_> = std::iter::once("auto")
        .chain(dialects.into_iter().flatten().map(|dialect| dialect.name))
        .collect();
    let dialect = document.choice("dialect", written.dialect.take(), &dialects);
    let secret = door::read(document, &mut written, path);
    let tiers = ["public", "seat", "agency", "advertiser"];
    let reveal = document
        .choice("reveal", written.reveal.take(), &tiers)
        .and_then(|word| Tier::from_str(&word).ok())
        .unwrap_or(Tier::Advertiser);
    let timeout = written.timeout_s.map(|it| Duration::from_secs(it.get_ref().0.into()));
    Some(Seller {
        name: name?,
        url: url?,
        protocol,
        dialect: dialect.unwrap_or_else(|| "auto".to_owned()),
        secret,
        reveal,
        allow_http,
        timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        attempts: written.attempts.map_or(DEFAULT_ATTEMPTS, |it| it.get_ref().0),
    })
}

fn check_name(
    document: &mut Document<'_>,
    name: Option<Text>,
    block: &Range<usize>,
) -> Option<SellerName> {
    let Some((span, value)) = name.map(|name| (name.span(), name.into_inner())) else {
        document.fault(block, "a seller needs a `name`", "write name = \"northlight\"");
        return None;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if value.is_empty() || value.len() > 32 || !value.chars().all(plain) || value == "default" {
        let says = format!("`{}` cannot be a seller's name", shown(&value));
        document.fault(&span, says, "use up to 32 letters, digits, `-`, `_`, `.`; not `default`");
        return None;
    }
    Some(SellerName(value))
}

fn check_url(document: &mut Document<'_>, url: &Text, allow_http: bool) -> Option<Url> {
    let example = "write it like https://seller.example.com";
    let parsed = match Url::parse(url.get_ref().trim()) {
        Ok(parsed) => parsed,
        // What was written is not repeated: it may carry a password.
        Err(error) => {
            document.fault(&url.span(), format!("`url` is no web address: {error}"), example);
            return None;
        }
    };
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        let says = format!("`url` is no web address: it begins with `{}:`", parsed.scheme());
        document.fault(&url.span(), says, example);
        return None;
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        let cure = "take it out and use api_key_env, api_key_file or api_key_command";
        document.fault(&url.span(), "`url` carries a user name or password", cure);
        return None;
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        document.fault(&url.span(), "`url` has a `?` or `#` part", "write only the base address");
        return None;
    }
    if parsed.scheme() == "http" && !http::is_loopback(&parsed) {
        if !allow_http {
            let says = "`url` is plain http to another machine: your key would travel unencrypted";
            document.fault(
                &url.span(),
                says,
                "use https, or set allow_http = true for this seller",
            );
            return None;
        }
        let says = "`url` is plain http to another machine: your key travels unencrypted";
        document.note(&url.span(), says, "use https as soon as the seller has it");
    }
    Some(parsed)
}
