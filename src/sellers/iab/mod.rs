//! Sellers that speak the IAB Tech Lab seller agent's API: quote, negotiate, book. Dialects v1 and v2.
//!
//! Source: wire/iab.md. Whatever a question needs beyond one request (finding out the dialect, a
//! fallback path, a second look) happens here; what it means for the desk does not. Replies are read
//! the same in both dialects, since sellers mix them; requests are written strictly in one.

mod amounts;
mod avails;
mod booking;
mod catalogue;
mod detect;
mod dialects;
mod inside;
mod key;
mod map;
mod orders;
mod pricing;
mod reply;
mod talk;
mod v1;
mod v2;
mod wire;

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt as _, ready};

use super::{
    Ability, Credential, Endpoint, Protocol, Seller, Served,
    http::{Call, Called, Http, Reply, Transport, segment},
    sent_once,
};
use crate::{
    clock::Clock,
    desk::Released,
    domain::{
        Answer, Ask, ErrorKind, Heard, Identity, QuoteAsk, QuoteId, SellerError, Spoke, Tier,
    },
};
use detect::{Detector, Dialect};
use reply::{about, named, opened, part, raw_rounds, sound};

/// Where quotes are asked for.
const QUOTES: &str = "/api/v1/quotes";

/// Where v2 takes the moves of a negotiation; v1 has no such path.
const MESSAGES: &str = "/api/v1/negotiations/messages";

/// The protocol as the desk knows it.
pub(super) const PROTOCOL: Protocol = Protocol {
    name: "iab",
    dialects: dialects::DIALECTS,
    build,
    remedy: dialects::remedy,
    credentials: &[Credential::Key, Credential::Bearer, Credential::OAuth],
    sim: Some(crate::sim::iab::SIMULATOR),
};

/// Builds a seller that speaks either dialect.
fn build(
    endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
) -> Box<dyn Seller> {
    let detector = Detector::new(&endpoint);
    Box::new(Iab { http: Http::new(endpoint, transport, clock), detector })
}

/// A seller that speaks v1 or v2.
#[derive(Debug)]
struct Iab {
    http: Http,
    detector: Detector,
}

impl Seller for Iab {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Heard> {
        if let Some(error) = sent_once(&ask) {
            return ready(Heard::unsent(error)).boxed();
        }
        self.put(ask).boxed()
    }

    fn send(&self, released: Released) -> BoxFuture<'_, Heard> {
        self.put(released.into_ask()).boxed()
    }

    fn recall(&self, dialect: &str) -> Option<Spoke> {
        self.detector.recall(dialect);
        self.detector.spoke()
    }
}

impl Iab {
    async fn put(&self, ask: Ask) -> Heard {
        let heard = self.answer(&ask).await.unwrap_or_else(Heard::unsent);
        Heard { spoke: self.detector.spoke(), ..heard }
    }

    /// An error here means that nothing was sent.
    async fn answer(&self, ask: &Ask) -> Result<Heard, SellerError> {
        let http = &self.http;
        Ok(match ask {
            Ask::Probe => self.probe().await,
            Ask::Packages => heard(self.packages().await, |reply| {
                Ok(Answer::Packages(sound(reply, map::packages(part(reply)?))?))
            }),
            Ask::Package(id) => {
                let call = Call::get(format!("/packages/{}", segment(id.as_str())?));
                let told = heard(http.call(call).await, |reply| {
                    let mut package = map::package(&part(reply)?);
                    let told = Some(package.package_id.as_str()).filter(|told| !told.is_empty());
                    about(reply, "package", id.as_str(), told)?;
                    package.package_id = id.clone();
                    Ok(Answer::Package(Box::new(package)))
                });
                named(told, "package")
            }
            Ask::Search(query) => {
                let body = json(&serde_json::json!({ "query": query }))?;
                let call = Call::post("/media-kit/search", body, true);
                heard(http.call(call).await, |reply| {
                    Ok(Answer::Packages(sound(reply, map::packages(part(reply)?))?))
                })
            }
            Ask::Products => self.products().await,
            Ask::Quote { ask: asked, idempotency_key } => {
                self.quote(asked, idempotency_key).await?
            }
            Ask::GetQuote(id) => {
                let call = Call::get(format!("{QUOTES}/{}", segment(id.as_str())?));
                let again = |reply: &Reply| self.quoted(reply, &Wanted::Again(id));
                named(heard(http.call(call).await, again), "quote")
            }
            Ask::Counter { quote_id, cpm, action, identity, idempotency_key, note } => {
                let (cpm, note) = (*cpm, note.as_deref());
                let said = talk::Said { quote_id, cpm, action, identity, idempotency_key, note };
                self.say(&said).await?
            }
            Ask::History(id, currency) => self.history(id, *currency).await?,
            Ask::Book { quote_id, identity, notes, idempotency_key } => {
                self.book(quote_id, identity, notes.as_deref(), idempotency_key).await?
            }
            Ask::GetDeal(id) => named(self.read_deal(id).await?, "deal"),
            Ask::Avails(asked) => self.avails(asked).await?,
            Ask::Orders(asked) => self.orders(asked).await?,
            Ask::CheckKey => self.check_key().await?,
        })
    }

    /// The agent card; a seller without one is asked whether it is healthy.
    async fn probe(&self) -> Heard {
        let card = |reply: &Reply| Ok(Answer::Alive(map::card(&part(reply)?)));
        let first = heard(self.http.call(Call::get("/.well-known/agent.json")).await, card);
        match &first.result {
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Nonsense) => {
                heard(self.http.call(Call::get("/health")).await, card)
            }
            Ok(_) | Err(_) => first,
        }
    }

    /// The packages at our tier; a seller without that route has a public kit.
    async fn packages(&self) -> Called {
        let told = self.http.call(Call::get("/packages")).await;
        match &told.result {
            Err(error) if matches!(error.http_status, 404 | 405) => {
                self.http.call(Call::get("/media-kit/packages")).await
            }
            Ok(_) | Err(_) => told,
        }
    }

    /// A quote; asked for again, once, in the other dialect where the first does not fit.
    async fn quote(&self, asked: &QuoteAsk, key: &str) -> Result<Heard, SellerError> {
        let in_dialect = |dialect| match dialect {
            Dialect::V1 => v1::quote(asked),
            Dialect::V2 => v2::quote(asked, key),
        };
        let dialect = match self.detector.dialect(&self.http).await {
            Ok(dialect) => dialect,
            Err(undetected) => return Ok(undetected.heard()),
        };
        let mut told = self.http.call(in_dialect(dialect)?).await;
        match self.misfit(dialect, &told).await {
            Misfit::None => {}
            Misfit::Configured => {
                told.result = told.result.map_err(|error| detect::misconfigured(error, dialect));
            }
            Misfit::Found(known) => told = self.http.call(in_dialect(known.dialect)?).await,
        }
        Ok(named(heard(told, |reply| self.quoted(reply, &Wanted::New(asked))), "product"))
    }

    fn quoted(&self, reply: &Reply, wanted: &Wanted<'_>) -> Result<Answer, SellerError> {
        amounts::once(reply)?;
        let (wire, enveloped) = opened(reply, "quote")?;
        let asked = if let Wanted::New(asked) = wanted { Some(*asked) } else { None };
        let places = pricing::places(reply, "quote")?;
        let quote =
            map::quote(&wire, &places, &self.http.endpoint().name, (asked, self.http.now()));
        let quote = sound(reply, quote)?;
        if let Wanted::Again(id) = wanted {
            about(reply, "quote", id.as_str(), Some(quote.quote_id.as_str()))?;
        }
        self.detector.came(enveloped);
        Ok(Answer::Quote(Box::new(quote)))
    }

    /// What a refusal of something that must not be sent twice tells of the dialect, in its cure.
    async fn explained(&self, dialect: Dialect, mut told: Called) -> Called {
        let misfit = self.misfit(dialect, &told).await;
        told.result = told.result.map_err(|error| match misfit {
            Misfit::None => error,
            Misfit::Configured => detect::misconfigured(error, dialect),
            Misfit::Found(known) => detect::turned_out(error, &known),
        });
        told
    }

    /// Whether a reply shows that the seller does not speak `dialect`, in which it was asked.
    async fn misfit(&self, dialect: Dialect, told: &Called) -> Misfit {
        let Err(error) = &told.result else { return Misfit::None };
        let misses_key = told.missing.iter().any(|field| field.ends_with("idempotency_key"));
        let lacks_path = error.http_status == 405
            || (error.http_status == 404 && error.code.is_empty() && error.says == "Not Found");
        let wants_number = error.http_status == 422 && error.says.contains("target_cpm: ");
        let misfits = match dialect {
            Dialect::V1 => misses_key,
            Dialect::V2 => lacks_path || wants_number,
        };
        if !misfits {
            return Misfit::None;
        }
        if self.detector.is_configured() {
            return Misfit::Configured;
        }
        if misses_key {
            self.detector.set(Dialect::V2, "it misses an idempotency_key in our request");
        } else {
            self.detector.forget();
            if self.detector.dialect(&self.http).await.is_err() {
                return Misfit::None;
            }
        }
        match self.detector.known() {
            Some(known) if known.dialect != dialect => Misfit::Found(known),
            Some(_) | None => Misfit::None,
        }
    }
}

/// Which quote is expected.
enum Wanted<'a> {
    /// A new one.
    New(&'a QuoteAsk),
    /// The one with this id.
    Again(&'a QuoteId),
}

/// Whether a dialect fits a seller.
enum Misfit {
    /// It fits, or nothing tells that it does not.
    None,
    /// It does not, but the configuration sets it.
    Configured,
    /// It does not; this one does.
    Found(detect::Known),
}

/// What was heard: the exchange, and what `read` makes of a success.
fn heard(told: Called, read: impl FnOnce(&Reply) -> Result<Answer, SellerError>) -> Heard {
    let result = told.result.and_then(|reply| inside::refused(&reply).map_or(Ok(reply), Err));
    let result = result.and_then(|reply| read(&reply));
    Heard { result, exchange: told.exchange, spoke: None }
}

fn json(body: &impl serde::Serialize) -> Result<String, SellerError> {
    serde_json::to_string(body).map_err(|error| {
        let says = format!("the request cannot be written: {error}");
        unsupported("unwritable", &says, "report it: this is a fault of the desk")
    })
}

/// What is told of us; empty fields are not sent, and nothing at all if all are.
fn told_of(identity: &Identity) -> Option<Identity> {
    let names = identity.revealed(Tier::Advertiser).without_agent();
    Some(names).filter(|identity| !identity.is_empty())
}

/// Where our agent is, if that is told: beside our names, with a request for a quote.
fn agent_of(identity: &Identity) -> Option<String> {
    identity.revealed(Tier::Advertiser).agent_url
}

/// Why `dialect` is not asked for something; `None` where it serves it.
fn unserved(dialect: Dialect, ability: Ability, code: &str, cure: &str) -> Option<SellerError> {
    match dialect.known().serves(ability) {
        Served::Yes => None,
        Served::No(why) => Some(unsupported(code, why, cure)),
    }
}

fn unsupported(code: &str, says: &str, cure: &str) -> SellerError {
    SellerError::transport(ErrorKind::Unsupported, code, says, cure)
}
