//! Negotiating: our moves, the seller's answers, and its record of both.
//!
//! A v2 seller answers an accept or a reject of what is over with 200 and the status that was asked
//! for, while its record stays as it was (wire/iab.md 5.3). So an answer that ends a negotiation is
//! believed only when the record says the same.

use super::{Dialect, Iab, about, amounts, heard, map, part, raw_rounds, sound, v1, v2, wire};
use crate::{
    domain::{
        Action, Answer, Cpm, Currency, ErrorKind, Heard, Identity, QuoteId, SellerError,
        ask::{History, Moved},
        failure::NO_NEGOTIATION,
    },
    sellers::{
        http::{Call, Reply, instead, segment},
        lenient::Field,
    },
};

const LOOK_IT_UP: &str = "it is not known how the negotiation stands: look at the seller's history";

const NO_TALKS: &str = "this seller does not negotiate quotes, as most of dialect v1: book the quote as \
    it is, or ask for a new quote with a target price";

const NOT_BEGUN: &str = "this seller takes that only after an offer: book the quote at its price, or \
    offer that price";

/// A move of ours.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) quote_id: &'a QuoteId,
    pub(super) cpm: Cpm,
    pub(super) action: &'a Action,
    pub(super) identity: &'a Identity,
    pub(super) idempotency_key: &'a str,
    pub(super) note: Option<&'a str>,
}

impl Iab {
    /// Makes a move. It leaves once; where its dialect has to be found out first and cannot be, it
    /// does not leave at all.
    pub(super) async fn say(&self, said: &Said<'_>) -> Result<Heard, SellerError> {
        let &Said { quote_id, cpm, action, identity, .. } = said;
        let dialect = match self.detector.dialect(&self.http).await {
            Ok(dialect) => dialect,
            Err(undetected) => return Ok(undetected.unsent()),
        };
        let call = match dialect {
            Dialect::V1 => v1::counter(quote_id, cpm, (action, said.note), identity)?,
            Dialect::V2 => v2::counter(said)?,
        };
        let told = self.http.call(call).await;
        let cure = told.result.as_ref().err().map(|error| error.cure.clone());
        let mut told = self.explained(dialect, told).await;
        told.result = match told.result {
            // One that turned out to speak another dialect has not been asked yet.
            Err(error) if Some(&error.cure) == cure.as_ref() => {
                Err(self.unheard_of(error, dialect, said).await)
            }
            other => other,
        };
        let mut heard = heard(told, |reply| {
            amounts::once(reply)?;
            let flat: wire::Round = part(reply)?;
            of_quote(reply, quote_id, &flat.quote_id, &flat.proposal_id)?;
            let moved = map::answer(flat, part(reply)?, cpm.currency(), &reply.body);
            Ok(Answer::Moved(sound(reply, moved)?))
        });
        if let (Dialect::V2, Ok(Answer::Moved(moved))) = (dialect, &heard.result)
            && let Some(end) = end_of(&moved.status, Some(&moved.action))
        {
            heard.result =
                self.verified((quote_id, cpm.currency()), moved, end).await.map(Answer::Moved);
        }
        Ok(heard)
    }

    /// The seller's record of a negotiation.
    pub(super) async fn history(&self, id: &QuoteId, ours: Currency) -> Result<Heard, SellerError> {
        let call = Call::get(format!("/proposals/{}/negotiation", segment(id.as_str())?));
        Ok(heard(self.http.call(call).await, |reply| {
            Ok(Answer::History(recorded(reply, id, ours)?))
        }))
    }

    /// A move to a place that the seller does not have, or about something that it does not know there. It
    /// says nothing of the quote, which is elsewhere, unless it names the quote. Where the seller has no
    /// record of a negotiation either, it does not negotiate the quote.
    async fn unheard_of(
        &self,
        error: SellerError,
        dialect: Dialect,
        said: &Said<'_>,
    ) -> SellerError {
        let is_absent = |error: &SellerError| matches!(error.http_status, 404 | 405);
        // A gateway's page is not the seller's word: the move may be at work behind it.
        if error.bare
            || !is_absent(&error)
            || matches!(error.code.as_str(), "quote_not_found" | "quote_expired")
        {
            return error;
        }
        let begins = *said.action == Action::Counter;
        if !begins && dialect == Dialect::V2 {
            return if error.http_status == 404 { instead(error, NOT_BEGUN) } else { error };
        }
        match self.history(said.quote_id, said.cpm.currency()).await.and_then(|heard| heard.result)
        {
            Err(none) if is_absent(&none) && !none.bare => {
                let error = SellerError { code: NO_NEGOTIATION.to_owned(), bare: false, ..error };
                instead(error, NO_TALKS)
            }
            Ok(_) | Err(_) => error,
        }
    }

    /// How the seller's record says that it ended, whatever it answered.
    async fn verified(
        &self,
        (quote_id, ours): (&QuoteId, Currency),
        moved: &Moved,
        end: Action,
    ) -> Result<Moved, SellerError> {
        let doubt = |says: String| {
            let says = format!("the seller answered {end}, but {says}");
            SellerError {
                http_status: 200,
                ..SellerError::transport(ErrorKind::Nonsense, "unverified", says, LOOK_IT_UP)
            }
        };
        let history = match self.history(quote_id, ours).await.and_then(|heard| heard.result) {
            Ok(Answer::History(history)) => history,
            Ok(_) => return Err(doubt("its record is something else".to_owned())),
            Err(error) => return Err(doubt(format!("its record cannot be read: {error}"))),
        };
        if let (Some(ours), Some(theirs)) = (&moved.negotiation_id, &history.negotiation_id)
            && ours != theirs
        {
            return Err(doubt("its record is of another negotiation".to_owned()));
        }
        let Some(truth) = end_of(&history.status, None) else {
            return Err(doubt(format!("its record says that it is {:?}", history.status)));
        };
        let last = history.rounds.last();
        if truth == Action::Accept && last.is_none_or(|last| last.seller_cpm.is_none()) {
            return Err(doubt("its record has no price for what was agreed".to_owned()));
        }
        let mut verified = Moved { action: truth, status: history.status, ..moved.clone() };
        if let Some(last) = last {
            verified.seller_cpm = last.seller_cpm;
            if verified.action != end {
                (verified.round, verified.rationale) = (last.round, last.rationale.clone());
            }
        }
        Ok(verified)
    }
}

/// How a negotiation of this status, after this move of the seller, has ended; `None` while it has
/// not.
fn end_of(status: &str, action: Option<&Action>) -> Option<Action> {
    match (status.to_ascii_lowercase().as_str(), action) {
        ("accepted", _) | (_, Some(Action::Accept)) => Some(Action::Accept),
        ("rejected", _) | (_, Some(Action::Reject)) => Some(Action::Reject),
        _ => None,
    }
}

fn recorded(reply: &Reply, id: &QuoteId, ours: Currency) -> Result<History, SellerError> {
    amounts::once(reply)?;
    let rounds = raw_rounds(reply);
    let wire: wire::History = part(reply)?;
    of_quote(reply, id, &wire.quote_id, &wire.proposal_id)?;
    sound(reply, map::history(&wire, ours, &rounds))
}

/// A negotiation is filed under its quote, whatever the seller calls that.
fn of_quote(
    reply: &Reply,
    quote_id: &QuoteId,
    quote: &Field,
    proposal: &Field,
) -> Result<(), SellerError> {
    about(reply, "quote", quote_id.as_str(), quote.or(proposal).verbatim().as_deref())
}
