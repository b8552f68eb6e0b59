//! What opens a seller's door: a key, a bearer token, OpenDirect's access token, or an OAuth 2.0 token
//! that is fetched anew before it ends.
//!
//! Every secret is a `secrecy` type. A fetched token is kept in memory alone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

use super::http::{Transport, TransportError, WireReply, WireRequest, shown_url};
use crate::{
    clock::Clock,
    domain::{ErrorKind, SellerError},
};

/// The kinds of credentials that a protocol may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Credential {
    /// `X-Api-Key`.
    Key,
    /// `Authorization: Bearer`.
    Bearer,
    /// `AccessToken` (OpenDirect 2.1, "Authentication").
    AccessToken,
    /// `Authorization: Bearer`, with a token that is fetched (RFC 6749).
    #[strum(serialize = "oauth")]
    OAuth,
}

/// What opens a seller's door. Where several are given, the first is sent.
#[derive(Debug, Clone, Default)]
pub struct Auth {
    /// Sent as `X-Api-Key`.
    pub api_key: Option<SecretString>,
    /// Sent as `Authorization: Bearer …`.
    pub bearer: Option<SecretString>,
    /// Sent as `AccessToken`.
    pub access_token: Option<SecretString>,
    /// Fetches what is sent as `Authorization: Bearer …`.
    pub oauth: Option<Arc<OAuth>>,
}

impl Auth {
    fn given(&self) -> impl Iterator<Item = (Credential, &'static str, &str)> {
        [
            (Credential::Key, "x-api-key", &self.api_key),
            (Credential::Bearer, "authorization", &self.bearer),
            (Credential::AccessToken, "accesstoken", &self.access_token),
        ]
        .into_iter()
        .filter_map(|(kind, header, secret)| {
            Some((kind, header, secret.as_ref()?.expose_secret().trim()))
        })
        .filter(|(_, _, secret)| !secret.is_empty())
    }

    /// The secrets that are not empty, with their headers, the one that is sent first.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.given().map(|(_, header, secret)| (header, secret))
    }

    /// Every kind that is given.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Credential> {
        self.given().map(|(kind, _, _)| kind).chain(self.oauth.iter().map(|_| Credential::OAuth))
    }

    /// Whether nothing is sent that says who we are.
    pub(crate) fn is_open(&self) -> bool {
        self.kinds().next().is_none()
    }

    /// The fetched token that is to be sent; `None` where something else opens the door.
    pub(crate) fn oauth(&self) -> Option<&OAuth> {
        self.oauth.as_deref().filter(|_| self.secrets().next().is_none())
    }

    /// Where the configuration has what opens the door, for advice: the token of a seller that takes a
    /// bearer, else its key.
    pub(crate) fn places(&self) -> &'static str {
        match self.kinds().next() {
            Some(Credential::Bearer) => "`bearer_token_env`, `bearer_token_file` or `bearer_token`",
            Some(Credential::Key) => "`api_key_env`, `api_key_file` or `api_key`",
            Some(Credential::AccessToken) => "its access token",
            Some(Credential::OAuth) => "its OAuth client id and secret",
            None => {
                "`api_key_env`, `api_key_file` or `api_key`; `bearer_token_env` where it wants a bearer"
            }
        }
    }
}

/// How long before its end a token is fetched anew; half of its life where that is shorter.
const EARLY: Duration = Duration::from_mins(1);

/// The largest answer of a token server that is read, bytes.
const TOKEN_CAP: usize = 64 * 1024;

/// A token that is fetched with a client id and secret (RFC 6749, section 4.4). Whoever asks meanwhile
/// waits for the one fetch under way.
#[derive(Debug)]
pub struct OAuth {
    url: Url,
    client_id: String,
    client_secret: SecretString,
    scope: Option<String>,
    held: futures::lock::Mutex<Option<Token>>,
    /// The newest tokens, for whoever masks what comes back.
    seen: Mutex<Vec<SecretString>>,
}

#[derive(Debug, Clone)]
struct Token {
    secret: SecretString,
    /// On [`Clock::steady`]; `None` where the server tells no end.
    fetch_at: Option<Duration>,
}

impl OAuth {
    /// Fetches from `url`, which has to be https or on this machine.
    pub fn new(
        url: Url,
        client_id: String,
        client_secret: SecretString,
        scope: Option<String>,
    ) -> Self {
        let (held, seen) = (futures::lock::Mutex::default(), Mutex::default());
        Self { url, client_id, client_secret, scope, held, seen }
    }

    /// Where tokens are fetched.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// What must not be shown: the client's secret, and the newest tokens.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().chain([&self.client_secret]).cloned().collect()
    }

    /// A token that is good now.
    ///
    /// # Errors
    /// Why there is none: then nothing was sent to the seller.
    pub(crate) async fn token(
        &self,
        transport: &dyn Transport,
        clock: &dyn Clock,
    ) -> Result<SecretString, SellerError> {
        let mut held = self.held.lock().await;
        let is_good =
            |token: &&Token| token.fetch_at.is_none_or(|fetch_at| clock.steady() < fetch_at);
        if let Some(token) = held.as_ref().filter(is_good) {
            return Ok(token.secret.clone());
        }
        let asked_at = clock.steady();
        let reply = transport.send(self.request()).await.map_err(|error| self.unreached(&error))?;
        let token = self.read(&reply, asked_at)?;
        let secret = token.secret.clone();
        *held = Some(token);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(0, secret.clone());
        seen.truncate(2);
        Ok(secret)
    }

    /// The seller did not take this token: the next question fetches another.
    pub(crate) async fn forget(&self, refused: &SecretString) {
        let mut held = self.held.lock().await;
        let is_held = |token: &Token| token.secret.expose_secret() == refused.expose_secret();
        if held.as_ref().is_some_and(is_held) {
            *held = None;
        }
    }

    fn request(&self) -> WireRequest {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (&self.client_id, self.client_secret.expose_secret());
        let basic = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        // Base64 has no character that a header cannot carry.
        if let Ok(mut value) = HeaderValue::from_str(&format!("Basic {basic}")) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &self.scope {
            body.append_pair("scope", scope);
        }
        WireRequest {
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: Some(body.finish()),
            fresh: false,
            cap: TOKEN_CAP,
        }
    }

    fn read(&self, reply: &WireReply, asked_at: Duration) -> Result<Token, SellerError> {
        #[derive(serde::Deserialize)]
        struct Fetched {
            access_token: SecretString,
            token_type: String,
            expires_in: Option<u64>,
        }
        if reply.status != 200 {
            let says = format!("{} refuses a token ({})", shown_url(&self.url), reply.status);
            let (kind, cure) = match reply.status {
                400 | 401 | 403 => {
                    (ErrorKind::Configuration, "check this seller's client id, secret and scope")
                }
                _ => (ErrorKind::Unreachable, "nothing was sent to the seller: try again later"),
            };
            return Err(SellerError::transport(kind, "no_token", says, cure));
        }
        let fetched = serde_json::from_slice::<Fetched>(&reply.body).ok().filter(|fetched| {
            let is_empty = fetched.access_token.expose_secret().is_empty();
            fetched.token_type.eq_ignore_ascii_case("bearer") && !is_empty
        });
        let Some(fetched) = fetched else {
            let says = format!("{} answers without a bearer token", shown_url(&self.url));
            let cure = "check the address of the token server; nothing was sent to the seller";
            return Err(SellerError::transport(ErrorKind::Configuration, "no_token", says, cure));
        };
        let fetch_at = fetched.expires_in.map(|seconds| {
            let life = Duration::from_secs(seconds);
            asked_at.saturating_add(life.saturating_sub(EARLY.min(life / 2)))
        });
        Ok(Token { secret: fetched.access_token, fetch_at })
    }

    fn unreached(&self, error: &TransportError) -> SellerError {
        let says = format!("no token from {}: {error}", shown_url(&self.url));
        let cure = "nothing was sent to the seller: check the token server, then ask again";
        SellerError::transport(ErrorKind::Unreachable, "no_token", says, cure)
    }
}
