//! Which dialect a seller speaks, found out by what it serves: its version strings lie (wire/iab.md,
//! "Dialect detection").
//!
//! It is found out once and remembered, until the seller stops fitting. Questions that come meanwhile
//! wait for the one detection under way and share what became of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::dialects;
use crate::{
    domain::{ErrorKind, Exchange, Heard, SellerError, Spoke},
    sellers::{
        self, Ability, Endpoint,
        http::{Call, Http, PACKED, Reply, instead},
    },
};

const SET_IT: &str = "set this seller's `dialect` in the configuration to \"v1\" or \"v2\"; ask its \
    people which API they serve";

/// A dialect of the IAB seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Bare objects, prices as numbers, no idempotency.
    V1,
    /// Envelopes, Money in micros, `idempotency_key`, negotiation messages.
    V2,
}

impl Dialect {
    /// As the configuration names it.
    pub(super) fn name(self) -> &'static str {
        self.known().name
    }

    /// What it serves.
    pub(super) fn known(self) -> sellers::Dialect {
        match self {
            Self::V1 => dialects::V1,
            Self::V2 => dialects::V2,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::V1, Self::V2].into_iter().find(|dialect| dialect.name() == name)
    }
}

/// A dialect, and how it was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) dialect: Dialect,
    pub(super) found_by: String,
}

impl Known {
    fn new(dialect: Dialect, found_by: impl Into<String>) -> Self {
        Self { dialect, found_by: found_by.into() }
    }
}

/// Why it could not be found out.
#[derive(Debug, Clone)]
pub(super) struct Undetected {
    error: SellerError,
    exchange: Option<Exchange>,
}

impl Undetected {
    /// As the answer to a question that may be asked again.
    pub(super) fn heard(self) -> Heard {
        Heard { result: Err(self.error), exchange: self.exchange, spoke: None }
    }

    /// As the answer to a question that must not be sent twice: it was not sent at all.
    pub(super) fn unsent(self) -> Heard {
        let ours = self.error.kind == ErrorKind::Configuration;
        let kind = if ours { ErrorKind::Configuration } else { ErrorKind::Unreachable };
        let error = SellerError {
            kind,
            http_status: 0,
            says: format!("nothing was sent: its dialect is not known ({})", self.error),
            ..self.error
        };
        Heard { result: Err(error), exchange: self.exchange, spoke: None }
    }
}

/// What is known of a seller's dialect.
#[derive(Debug)]
pub(super) struct Detector {
    configured: bool,
    state: Mutex<State>,
    /// Held by the one who is finding out.
    turn: futures::lock::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    known: Option<Known>,
    /// Whether the shape of a reply has led to a new look before: once is enough.
    doubted: bool,
    /// How often it was looked for.
    looks: u64,
    failure: Option<Undetected>,
}

impl Detector {
    /// What the configuration sets.
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        let configured = Dialect::parse(&endpoint.dialect)
            .map(|dialect| Known::new(dialect, "set in the configuration"));
        Self {
            configured: configured.is_some(),
            state: Mutex::new(State { known: configured, ..State::default() }),
            turn: futures::lock::Mutex::new(()),
        }
    }

    /// Takes in what an earlier run found out, unless more is known.
    pub(super) fn recall(&self, dialect: &str) {
        let Some(dialect) = Dialect::parse(dialect) else { return };
        let known = || Known::new(dialect, "found out in an earlier run");
        self.state().known.get_or_insert_with(known);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known so far.
    pub(super) fn known(&self) -> Option<Known> {
        self.state().known.clone()
    }

    /// Whether the configuration sets it: then nothing that a seller serves changes it.
    pub(super) fn is_configured(&self) -> bool {
        self.configured
    }

    /// What is known so far, as the desk hears it.
    pub(super) fn spoke(&self) -> Option<Spoke> {
        self.known().map(|known| Spoke {
            dialect: known.dialect.name().to_owned(),
            found_by: known.found_by,
            honours_agreement: known.dialect.known().has(Ability::AgreedPrice),
            takes_words: known.dialect.known().has(Ability::Words),
            takes_keys: known.dialect.known().has(Ability::IdempotencyKeys),
        })
    }

    /// The dialect; found out now if it is not known.
    pub(super) async fn dialect(&self, http: &Http) -> Result<Dialect, Box<Undetected>> {
        if let Some(known) = self.known() {
            return Ok(known.dialect);
        }
        let looks = self.state().looks;
        let _turn = self.turn.lock().await;
        {
            let state = self.state();
            if let Some(known) = &state.known {
                return Ok(known.dialect);
            }
            if state.looks != looks
                && let Some(failure) = &state.failure
            {
                return Err(Box::new(failure.clone()));
            }
        }
        let found = look(http).await;
        let mut state = self.state();
        state.looks += 1;
        match found {
            Ok(known) => {
                state.failure = None;
                Ok(state.known.insert(known).dialect)
            }
            Err(failure) => {
                state.failure = Some((*failure).clone());
                Err(failure)
            }
        }
    }

    /// Takes in a dialect that the seller has just shown.
    pub(super) fn set(&self, dialect: Dialect, found_by: &str) {
        let mut state = self.state();
        if !self.configured && state.known.as_ref().map(|known| known.dialect) != Some(dialect) {
            state.known = Some(Known::new(dialect, found_by));
        }
    }

    /// Takes in a catalogue. Returns whether it tells the dialect.
    pub(super) fn learn(&self, reply: &Reply) -> bool {
        let Some(known) = by_catalogue(reply) else { return false };
        self.set(known.dialect, &known.found_by);
        true
    }

    /// Forgets what does not fit any more, so that the next question finds out anew.
    pub(super) fn forget(&self) {
        if !self.configured {
            self.state().known = None;
        }
    }

    /// Takes in that a quote or deal came `enveloped` or bare. Where nothing is known yet, that tells
    /// the dialect: a quote that is read again before it is booked leaves nothing to find out between
    /// the intent and the booking. One that came otherwise than its dialect has it is reason for a
    /// new look, the first time.
    pub(super) fn came(&self, enveloped: bool) {
        let mut state = self.state();
        if self.configured || state.doubted {
            return;
        }
        let shown = if enveloped {
            Known::new(Dialect::V2, "a quote or deal came in an envelope")
        } else {
            Known::new(Dialect::V1, "a quote or deal came without an envelope")
        };
        match &state.known {
            None => state.known = Some(shown),
            Some(known) if known.dialect != shown.dialect => {
                state.doubted = true;
                state.known = None;
            }
            Some(_) => {}
        }
    }
}

/// Asks for the catalogue; for the description of the API where that tells nothing.
async fn look(http: &Http) -> Result<Known, Box<Undetected>> {
    let catalogue = http.call(Call::get("/products")).await;
    let first = match catalogue.result {
        Ok(reply) => match by_catalogue(&reply) {
            Some(known) => return Ok(known),
            None => "the catalogue tells nothing".to_owned(),
        },
        Err(error) if is_silent(&error) => {
            return Err(Box::new(Undetected { error, exchange: catalogue.exchange }));
        }
        Err(error) => error.to_string(),
    };
    let openapi = http.call(Call::get("/openapi.json")).await;
    let second = match openapi.result {
        Ok(reply) => match by_openapi(&reply) {
            Some(known) => return Ok(known),
            None => "it names no path that we know".to_owned(),
        },
        Err(error) if is_silent(&error) => {
            return Err(Box::new(Undetected { error, exchange: openapi.exchange }));
        }
        Err(error) => error.to_string(),
    };
    let error = SellerError::transport(
        ErrorKind::Configuration,
        "undetected",
        format!("GET /products: {first}; GET /openapi.json: {second}"),
        SET_IT,
    );
    Err(Box::new(Undetected { error, exchange: openapi.exchange }))
}

/// Whether the seller said nothing at all, so that another question is of no use.
fn is_silent(error: &SellerError) -> bool {
    !matches!(
        error.kind,
        ErrorKind::Refused | ErrorKind::Nonsense | ErrorKind::TooLarge | ErrorKind::Unavailable
    ) || error.is_passing()
        || error.code == PACKED
}

fn by_catalogue(reply: &Reply) -> Option<Known> {
    let catalogue: Value = reply.json().ok()?;
    if catalogue.get("total_count").is_some() {
        return Some(Known::new(Dialect::V2, "GET /products has total_count"));
    }
    let products = catalogue.get("products")?.as_array()?;
    let has = |field: &str| products.iter().any(|product| product.get(field).is_some());
    if has("base_price") {
        return Some(Known::new(Dialect::V2, "GET /products has base_price"));
    }
    has("base_cpm")
        .then(|| Known::new(Dialect::V1, "GET /products has base_cpm and no total_count"))
}

fn by_openapi(reply: &Reply) -> Option<Known> {
    let openapi: Value = reply.json().ok()?;
    let paths = openapi.get("paths")?.as_object()?;
    if paths.contains_key(super::MESSAGES) {
        return Some(Known::new(Dialect::V2, "GET /openapi.json has the negotiation messages"));
    }
    paths
        .contains_key(super::QUOTES)
        .then(|| Known::new(Dialect::V1, "GET /openapi.json has no negotiation messages"))
}

/// A refusal of something that must not be sent twice, with what was found out about the dialect.
pub(super) fn turned_out(error: SellerError, known: &Known) -> SellerError {
    let cure = format!(
        "this seller turned out to speak dialect {} ({}): nothing was done, do it again",
        known.dialect.name(),
        known.found_by
    );
    instead(error, &cure)
}

/// A refusal by a seller whose configured dialect does not fit.
pub(super) fn misconfigured(error: SellerError, configured: Dialect) -> SellerError {
    let cure = format!(
        "this seller does not seem to speak {0}: its `dialect` is set to \"{0}\" in the \
         configuration; set it to \"auto\"",
        configured.name()
    );
    instead(error, &cure)
}
