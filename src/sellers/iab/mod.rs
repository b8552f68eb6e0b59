//! Sellers that speak the IAB Tech Lab seller agent's API: quote, negotiate, book. Dialect v1.
//!
//! Source: wire/iab.md. Whatever a question needs beyond one request (a fallback path, a second
//! look) happens here; what it means for the desk does not.

mod map;
mod wire_v1;

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt as _};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    Endpoint, Seller,
    http::{Call, Called, Http, Reply, Transport, instead, segment},
    lenient::Part,
};
use crate::{
    clock::Clock,
    domain::{
        Action, Answer, Ask, Cpm, Currency, ErrorKind, Heard, Identity, QuoteAsk, QuoteId,
        SellerError, Tier,
    },
};
use map::Unreadable;
use wire_v1 as wire;

const BOOKED_OR_NOT: &str =
    "it is not known whether it was booked: look at the quote, it names its deal";

/// Builds a seller that speaks dialect v1.
pub(super) fn build(
    endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
) -> Box<dyn Seller> {
    Box::new(IabV1 { http: Http::new(endpoint, transport, clock) })
}

/// A seller that speaks dialect v1.
#[derive(Debug)]
struct IabV1 {
    http: Http,
}

impl Seller for IabV1 {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Heard> {
        async move {
            match self.answer(&ask).await {
                Ok(heard) => heard,
                Err(error) => Heard::unsent(error),
            }
        }
        .boxed()
    }
}

impl IabV1 {
    /// An error here means that nothing was sent.
    async fn answer(&self, ask: &Ask) -> Result<Heard, SellerError> {
        let http = &self.http;
        let seller = &http.endpoint().name;
        Ok(match ask {
            Ask::Probe => self.probe().await,
            Ask::CheckKey => heard(http.call(Call::get("/packages")).await, |reply| {
                // A key it does not know is refused here, though anonymous buyers are not.
                reply.json::<serde::de::IgnoredAny>()?;
                let says = "GET /packages took it".to_owned();
                Ok(Answer::Key(crate::domain::ask::KeyCheck { tier: None, says }))
            }),
            Ask::Packages => heard(self.packages().await, |reply| {
                Ok(Answer::Packages(sound(reply, map::packages(part(reply)?))?))
            }),
            Ask::Package(id) => {
                let call = Call::get(format!("/packages/{}", segment(id.as_str())?));
                heard(http.call(call).await, |reply| {
                    Ok(Answer::Package(Box::new(map::package(&part(reply)?))))
                })
            }
            Ask::Search(query) => {
                let call =
                    Call::post("/media-kit/search", json(&wire::SearchRequest { query })?, true);
                heard(http.call(call).await, |reply| {
                    Ok(Answer::Packages(sound(reply, map::packages(part(reply)?))?))
                })
            }
            Ask::Products => heard(http.call(Call::get("/products")).await, |reply| {
                Ok(Answer::Products(sound(reply, map::products(&part(reply)?))?))
            }),
            Ask::Quote { ask: asked, idempotency_key: _ } => {
                let call = Call::post("/api/v1/quotes", quote_body(asked)?, true);
                heard(http.call(call).await, |reply| {
                    let quote = sound(reply, map::quote(&part(reply)?, seller, Some(asked)))?;
                    Ok(Answer::Quote(Box::new(quote)))
                })
            }
            Ask::GetQuote(id) => {
                let call = Call::get(format!("/api/v1/quotes/{}", segment(id.as_str())?));
                heard(http.call(call).await, |reply| {
                    let quote = sound(reply, map::quote(&part(reply)?, seller, None))?;
                    Ok(Answer::Quote(Box::new(quote)))
                })
            }
            Ask::Counter { quote_id, cpm, action, identity, idempotency_key: _ } => {
                let call = counter(quote_id, *cpm, action, identity)?;
                heard(http.call(call).await, |reply| {
                    let round = map::moved(&part(reply)?, cpm.currency(), &reply.body);
                    Ok(Answer::Moved(sound(reply, round)?))
                })
            }
            Ask::History(id) => {
                let path = format!("/proposals/{}/negotiation", segment(id.as_str())?);
                heard(http.call(Call::get(path)).await, |reply| {
                    let rounds = raw_rounds(reply);
                    Ok(Answer::History(sound(reply, map::history(&part(reply)?, &rounds))?))
                })
            }
            Ask::Book { quote_id, identity, notes, idempotency_key: _ } => {
                // The dialect has no place for the key.
                let body = json(&wire::BookRequest {
                    quote_id: quote_id.as_str(),
                    buyer_identity: told_of(identity),
                    notes: notes.as_deref(),
                })?;
                let call = Call::post("/api/v1/deals", body, false);
                let booked = heard(http.call(call).await, |reply| self.deal(reply));
                Heard { result: booked.result.map_err(doubtful), ..booked }
            }
            Ask::GetDeal(id) => {
                let call = Call::get(format!("/api/v1/deals/{}", segment(id.as_str())?));
                heard(http.call(call).await, |reply| self.deal(reply))
            }
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

    fn deal(&self, reply: &Reply) -> Result<Answer, SellerError> {
        let verbatim = reply.json::<wire::Verbatim>().ok().and_then(|wire| wire.openrtb_params);
        let verbatim = verbatim.map(|block| block.get().to_owned());
        let deal = map::deal(&part(reply)?, &self.http.endpoint().name, verbatim);
        Ok(Answer::Deal(Box::new(sound(reply, deal)?)))
    }
}

/// What was heard: the exchange, and what `read` makes of a success.
fn heard(told: Called, read: impl FnOnce(&Reply) -> Result<Answer, SellerError>) -> Heard {
    let result = told.result.and_then(|reply| read(&reply));
    Heard { result, exchange: told.exchange, spoke: None }
}

/// A booking whose reply cannot be read may well be a booking.
fn doubtful(error: SellerError) -> SellerError {
    if (200..300).contains(&error.http_status) { instead(error, BOOKED_OR_NOT) } else { error }
}

/// The fields of an object; of anything else, none.
fn part<T: DeserializeOwned + Default>(reply: &Reply) -> Result<T, SellerError> {
    Ok(reply.json::<Part<T>>()?.0)
}

fn sound<T>(reply: &Reply, read: Result<T, Unreadable>) -> Result<T, SellerError> {
    read.map_err(|Unreadable(says)| reply.nonsense("unreadable_reply", says))
}

fn raw_rounds(reply: &Reply) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Rounds<'a> {
        #[serde(borrow)]
        rounds: Vec<&'a RawValue>,
    }
    let rounds = reply.json::<Rounds>().map_or_else(|_| vec![], |wire| wire.rounds);
    let objects = rounds.into_iter().map(RawValue::get).filter(|round| round.starts_with('{'));
    objects.map(str::to_owned).collect()
}

fn json(body: &impl serde::Serialize) -> Result<String, SellerError> {
    serde_json::to_string(body).map_err(|error| {
        let says = format!("the request cannot be written: {error}");
        unsupported("unwritable", &says, "report it: this is a fault of the desk")
    })
}

/// What is told of us; empty fields are not sent, and nothing at all if all are.
fn told_of(identity: &Identity) -> Option<Identity> {
    Some(identity.revealed(Tier::Advertiser)).filter(|identity| !identity.is_empty())
}

fn unsupported(code: &str, says: &str, cure: &str) -> SellerError {
    SellerError::transport(ErrorKind::Unsupported, code, says, cure)
}

fn quote_body(asked: &QuoteAsk) -> Result<String, SellerError> {
    if asked.target_cpm.is_some_and(|cpm| cpm.currency() != Currency::USD) {
        return Err(unsupported(
            "currency",
            "this seller takes a target as a bare number and reads it as US dollars",
            "give the target in USD, or none",
        ));
    }
    json(&wire::QuoteRequest {
        product_id: asked.product_id.as_str(),
        deal_type: asked.deal_type.to_string(),
        impressions: asked.impressions,
        flight_start: asked.flight_start.to_string(),
        flight_end: asked.flight_end.to_string(),
        target_cpm: asked.target_cpm.map(|cpm| cpm.amount()),
        buyer_identity: told_of(&asked.identity),
    })
}

/// There is no verb to accept: whoever offers the seller's price has accepted it.
fn counter(
    quote_id: &QuoteId,
    cpm: Cpm,
    action: &Action,
    identity: &Identity,
) -> Result<Call, SellerError> {
    match action {
        Action::Counter | Action::FinalOffer | Action::Accept => {}
        Action::Open | Action::Reject | Action::Walk | Action::Other(_) => {
            return Err(unsupported(
                "no_such_move",
                &format!("this seller cannot be told: {action}"),
                "walk away by not answering",
            ));
        }
    }
    let identity = identity.revealed(Tier::Advertiser);
    let body = json(&wire::CounterRequest {
        buyer_price: cpm.amount(),
        price: cpm.amount(),
        buyer_tier: identity.tier().to_string(),
        agency_id: identity.agency_id.as_deref(),
        advertiser_id: identity.advertiser_id.as_deref(),
    })?;
    Ok(Call::post(format!("/proposals/{}/counter", segment(quote_id.as_str())?), body, false))
}
