//! Negotiating: our moves, the seller's answers, and its record of both.
//!
//! A v2 seller answers an accept or a reject of what is over with 200 and the status that was asked
//! for, while its record stays as it was (wire/iab.md 5.3). So an answer that ends a negotiation is
//! believed only when the record says the same.

use super::{Dialect, Iab, amounts, heard, map, part, raw_rounds, sound, v1, v2};
use crate::{
    domain::{
        Action, Answer, Cpm, Currency, ErrorKind, Heard, Identity, QuoteId, SellerError,
        ask::{History, Moved},
    },
    sellers::http::{Call, Reply, instead, segment},
};

const LOOK_IT_UP: &str = "it is not known how the negotiation stands: look at the seller's history";

const NO_TALKS: &str = "this seller does not negotiate quotes, as most of dialect v1: ask for a new \
    quote with a target price instead";

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
        let mut told = self.explained(dialect, self.http.call(call).await).await;
        told.result = told.result.map_err(|error| unheard_of(error, dialect, action));
        let mut heard = heard(told, |reply| {
            amounts::once(reply)?;
            let moved = map::answer(part(reply)?, part(reply)?, cpm.currency(), &reply.body);
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
        Ok(heard(self.http.call(call).await, |reply| Ok(Answer::History(recorded(reply, ours)?))))
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

/// A move about something that the seller does not know: it has its reasons.
fn unheard_of(error: SellerError, dialect: Dialect, action: &Action) -> SellerError {
    if error.http_status != 404 || error.says != "Proposal not found" {
        return error;
    }
    match (dialect, action) {
        (Dialect::V1, _) => instead(error, NO_TALKS),
        (Dialect::V2, Action::Accept | Action::Reject) => instead(error, NOT_BEGUN),
        (Dialect::V2, _) => error,
    }
}

/// How a negotiation of this status, after this move of the seller, has ended; `None` while it has
/// not.
fn end_of(status: &str, action: Option<&Action>) -> Option<Action> {
    match (status, action) {
        ("accepted", _) | (_, Some(Action::Accept)) => Some(Action::Accept),
        ("rejected", _) | (_, Some(Action::Reject)) => Some(Action::Reject),
        _ => None,
    }
}

fn recorded(reply: &Reply, ours: Currency) -> Result<History, SellerError> {
    amounts::once(reply)?;
    let rounds = raw_rounds(reply);
    sound(reply, map::history(&part(reply)?, ours, &rounds))
}
