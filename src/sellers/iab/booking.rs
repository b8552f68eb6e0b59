//! Booking and reading deals: a booking leaves once, and what a seller answers to it is a deal, a no, or
//! that it has not decided yet.

use serde_json::Value;

use super::{
    Iab,
    detect::Dialect,
    heard, inside, map, pricing,
    reply::{about, named, opened, part, sound, verbatim},
    v1, v2, wire,
};
use crate::{
    domain::{
        Answer, Deal, DealId, ErrorKind, Heard, Identity, QuoteId, SellerError, ask::Waiting, twice,
    },
    sellers::{
        Auth,
        http::{Call, Reply, instead, segment},
    },
};

/// Where deals are booked.
const DEALS: &str = "/api/v1/deals";

const NOTHING_BOOKED: &str = "read the seller's words; nothing was booked";

const BOOKED_OR_NOT: &str =
    "it is not known whether it was booked: look at the quote, it names its deal";

impl Iab {
    /// A booking leaves once. Where its dialect has to be found out first and cannot be, it does
    /// not leave at all.
    pub(super) async fn book(
        &self,
        quote_id: &QuoteId,
        identity: &Identity,
        notes: Option<&str>,
        key: &str,
    ) -> Result<Heard, SellerError> {
        let dialect = match self.detector.dialect(&self.http).await {
            Ok(dialect) => dialect,
            Err(undetected) => return Ok(undetected.unsent()),
        };
        let body = match dialect {
            Dialect::V1 => v1::book(quote_id, identity, notes)?,
            Dialect::V2 => v2::book(quote_id, identity, notes, key)?,
        };
        let told = self.http.call(Call::post(DEALS, body, false)).await;
        let told = self.explained(dialect, told).await;
        let booked = named(heard(told, |reply| self.booked(reply, quote_id)), "quote");
        let result = match booked.result {
            // Accepted, and nothing said of it.
            Err(error) if error.http_status == 202 && error.code == "empty_reply" => {
                Ok(Answer::Waiting(Waiting { status: "202".to_owned(), says: String::new() }))
            }
            result => result.map_err(|error| doubtful(error, &self.http.endpoint().auth)),
        };
        Ok(Heard { result, ..booked })
    }

    /// What a success to a booking says: a deal, a no, or that it is not decided yet.
    fn booked(&self, reply: &Reply, quote_id: &QuoteId) -> Result<Answer, SellerError> {
        let body: Value = reply.json()?;
        let inside = body.get("deal");
        if !body.is_object() || inside.is_some_and(|deal| !deal.is_object() && !deal.is_null()) {
            return Err(reply.nonsense("unreadable_reply", "the seller's deal cannot be read"));
        }
        let (wire, _): (wire::Deal, bool) = opened(reply, "deal")?;
        if wire.deal_id.verbatim().is_some() {
            let deal = self.deal(reply)?;
            let told = deal.quote_id.as_ref().map(QuoteId::as_str);
            about(reply, "quote", quote_id.as_str(), told)?;
            return Ok(Answer::Deal(Box::new(deal)));
        }
        inside::undecided(&body, reply.status, NOTHING_BOOKED).map(Answer::Waiting)
    }

    /// A deal as it is now; of one that another stands for, also which that is.
    pub(super) async fn read_deal(&self, id: &DealId) -> Result<Heard, SellerError> {
        let path = format!("{DEALS}/{}", segment(id.as_str())?);
        let mut read = heard(self.http.call(Call::get(path.clone())).await, |reply| {
            let deal = self.deal(reply)?;
            about(reply, "deal", id.as_str(), Some(deal.deal_id.as_str()))?;
            Ok(Answer::Deal(Box::new(deal)))
        });
        if let Ok(Answer::Deal(deal)) = &mut read.result
            && deal.replaced()
            && deal.replaced_by.is_none()
        {
            let line = self.http.call(Call::get(format!("{path}/lineage"))).await;
            let wire = line.result.and_then(|reply| part::<wire::Lineage>(&reply));
            deal.replaced_by = wire.ok().as_ref().and_then(map::replacement);
        }
        Ok(read)
    }

    fn deal(&self, reply: &Reply) -> Result<Deal, SellerError> {
        let (wire, enveloped) = opened(reply, "deal")?;
        let twice = twice::told(&reply.body);
        let places = pricing::places(reply, "deal")?;
        let name = &self.http.endpoint().name;
        let deal = map::deal(&wire, &places, name, (verbatim(reply), &twice));
        let deal = sound(reply, deal)?;
        self.detector.came(enveloped);
        Ok(deal)
    }
}

/// A booking whose reply cannot be read may well be a booking.
fn doubtful(error: SellerError, auth: &Auth) -> SellerError {
    let keyless = auth.is_open();
    match error.http_status {
        // A no needs no look.
        200..300
            if error.kind != ErrorKind::Refused || error.fate() == crate::domain::Fate::Unknown =>
        {
            instead(error, BOOKED_OR_NOT)
        }
        401 => {
            let places = auth.places();
            let what = if keyless {
                format!("give it one in the configuration ({places})")
            } else {
                format!(
                    "ours is wrong, expired or revoked; set it again in the configuration ({places})"
                )
            };
            let cure = format!("this seller refuses a booking without a verified key: {what}");
            instead(error, &cure)
        }
        _ => error,
    }
}
