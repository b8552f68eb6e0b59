//! A big book for measuring: deals that are done and quotes that are over, each with the life it would
//! have had at the desk. Written into a store, they go through its real journal.

use jiff::{SignedDuration, Timestamp};

use super::{Load, ask, deal, pricing, quote, seller, terms};
use crate::{
    desk::{Actor, BookingOutcome, Entry, Fact, Intent, Mode},
    domain::{
        Action, Cost, Cpm, Deal, DealStatus, Identity, OpenRtb, Quote, QuoteId, QuoteRef, RfqId,
        ask::Moved, negotiation::Pending,
    },
    store::{Location, Store, StoreError, Tuning},
};

/// How many facts are written at once.
const BATCH: usize = 5_000;

/// Every so manieth quote was negotiated.
const NEGOTIATED: u64 = 4;

/// How many quotes were asked for together.
const TOGETHER: u64 = 4;

/// How far apart the lives begin.
const APART: SignedDuration = SignedDuration::from_secs(60);

impl Load {
    /// Writes the load into a store, through its journal, as a desk that is no demo would have: it is that
    /// desk which is measured over it. Returns how many facts that were.
    ///
    /// # Errors
    /// Where the store cannot be opened or written.
    pub async fn write(self, location: Location, now: Timestamp) -> Result<u64, StoreError> {
        // What a desk of real sellers is measured with: a store holds the facts of one mode.
        let mode = Mode::Live;
        let tuning = Tuning { mode, ..Tuning::default() };
        let store = Store::open_with(&location, &tuning)?;
        let mut written = 0;
        let mut facts = self.facts(now).map(|entry| Entry { mode, ..entry }).peekable();
        while facts.peek().is_some() {
            let batch: Vec<Entry> = facts.by_ref().take(BATCH).collect();
            written += u64::try_from(batch.len()).unwrap_or(0);
            store.append(batch).await?;
        }
        Ok(written)
    }

    /// The deals that are done and the quotes that are over, oldest first.
    pub(super) fn past(self, now: Timestamp) -> impl Iterator<Item = Entry> {
        let many = self.done + self.quotes;
        (0..many).flat_map(move |number| {
            let before = APART.saturating_mul(i32::try_from(many - number).unwrap_or(i32::MAX));
            let began = now.checked_sub(before).unwrap_or(now);
            let life = Life { number, began, block: self.block, booked: number < self.done };
            life.facts()
        })
    }
}

/// One quote of long ago.
#[derive(Debug, Clone, Copy)]
struct Life {
    number: u64,
    began: Timestamp,
    block: usize,
    booked: bool,
}

impl Life {
    fn facts(self) -> Vec<Entry> {
        let quote = self.quote();
        let key = quote.reference();
        let rfq = Some(RfqId::from(format!("rfq-load-{}", self.number / TOGETHER)));
        let ask = ask(&quote);
        let from = Actor::Seller(quote.seller.clone());
        let received = Fact::QuoteReceived {
            quote: quote.clone(),
            ask,
            requote_of: None,
            agreed: None,
            rfq,
            idempotency_key: None,
            listed_as: None,
        };
        let mut facts = vec![(from.clone(), received)];
        if self.number.is_multiple_of(NEGOTIATED) {
            facts.extend(self.talk(&key, &from));
        }
        if self.booked {
            facts.extend(self.booking(quote, &key, &from));
        } else {
            facts.push((Actor::Desk, Fact::QuoteExpired { quote: key, by_seller: false }));
        }
        let seconds = (0..).map(SignedDuration::from_secs);
        let timed = facts.into_iter().zip(seconds).map(|((actor, fact), later)| Entry {
            at: self.began.checked_add(later).unwrap_or(self.began),
            actor,
            mode: Mode::Demo,
            fact,
        });
        timed.collect()
    }

    fn quote(self) -> Quote {
        let ends = self.began.checked_add(SignedDuration::from_mins(10)).unwrap_or(self.began);
        Quote {
            quote_id: format!("qt-past-{:06}", self.number).into(),
            ..quote(self.number, 0, ends)
        }
    }

    /// Two rounds: ours, their counter, ours, their yes.
    fn talk(self, key: &QuoteRef, from: &Actor) -> Vec<(Actor, Fact)> {
        let (quote, person) = (key.clone(), Actor::Person("load@terminal".to_owned()));
        let mut facts =
            vec![(person.clone(), Fact::NegotiationOpened { quote, target: None, limit: None })];
        for (round, action) in [(1, Action::Counter), (2, Action::Accept)] {
            let cpm = Cpm::usd(rust_decimal::Decimal::new(900 + i64::from(round), 2));
            let pending = Pending {
                round,
                cpm,
                action: Action::Counter,
                note: None,
                idempotency_key: format!("key-{}-{round}", self.number),
                automatic: false,
                owner: "load".to_owned(),
                at: self.began,
                in_doubt: false,
                arrived: false,
                seen: Vec::new(),
            };
            let moved = Moved {
                negotiation_id: Some(format!("neg-{}", self.number)),
                round,
                action,
                buyer_cpm: Some(cpm),
                seller_cpm: Some(cpm),
                rationale: "we can meet you there for this volume".to_owned(),
                status: "active".to_owned(),
                rounds_left: Some(3),
                raw: format!(
                    r#"{{"negotiation_id":"neg-{}","round":{round},"seller_cpm":"9.50","message":"we can meet you there for this volume","status":"active","rounds_remaining":3}}"#,
                    self.number
                ),
            };
            let (ours, theirs) = (key.clone(), key.clone());
            facts.push((person.clone(), Fact::MoveStored { quote: ours, pending }));
            let answered = Fact::MoveAnswered { quote: theirs, moved, from_history: false };
            facts.push((from.clone(), answered));
        }
        facts
    }

    fn booking(self, offer: Quote, quote: &QuoteRef, from: &Actor) -> Vec<(Actor, Fact)> {
        let ticket: crate::domain::TicketId = format!("tk-past-{}", self.number).into();
        let confirmed = offer.pricing.final_cpm.unwrap_or(Cpm::usd(0.into()));
        let intent = Intent {
            ticket: ticket.clone(),
            owner: "load".to_owned(),
            idempotency_key: format!("key-{}", self.number),
            quote: quote.clone(),
            confirmed,
            cost: Cost::usd(1.into()),
            identity: Identity::default(),
            notes: None,
            held: None,
            despite_halt: false,
            cover: None,
            offer: Some(Box::new(offer)),
            trigger: None,
        };
        let at = |status: DealStatus| Deal {
            raw_status: status.to_string(),
            status,
            ..self.deal(&quote.quote_id)
        };
        let ending = BookingOutcome::Done { deal: Box::new(at(DealStatus::Proposed)) };
        let person = Actor::Person("load@terminal".to_owned());
        vec![
            (person, Fact::IntentStored { intent }),
            (from.clone(), Fact::BookingEnded { ticket, quote: quote.clone(), ending }),
            (from.clone(), Fact::DealSeen { deal: at(DealStatus::Active), differences: None }),
            (from.clone(), Fact::DealSeen { deal: at(DealStatus::Completed), differences: None }),
        ]
    }

    fn deal(self, quote_id: &QuoteId) -> Deal {
        let deal_id = format!("PAST-{:06}", self.number);
        let floor = pricing(self.number, 0).final_cpm;
        let seats: Vec<String> = vec!["seat-1".to_owned(), "seat-2".to_owned()];
        let steps = [
            ("ttd", "Add the Deal ID under Inventory, Private Contracts"),
            ("dv360", "Accept the deal in My Inventory, then target it in a line item"),
        ];
        Deal {
            deal_id: deal_id.as_str().into(),
            quote_id: Some(quote_id.clone()),
            openrtb: Some(OpenRtb {
                id: deal_id.clone(),
                bidfloor: floor,
                at: Some(3),
                wseat: seats,
                wadomain: Vec::new(),
                guar: None,
            }),
            openrtb_raw: Some(block(&deal_id, self.block)),
            activation_instructions: steps.map(|(dsp, says)| (dsp.into(), says.into())).into(),
            terms: terms(),
            seller: seller(self.number),
            ..deal(self.number, 0)
        }
    }
}

/// A deal block of about so many bytes: a seller that names its placements one by one.
fn block(id: &str, bytes: usize) -> String {
    let head = format!(
        r#"{{"id":"{id}","bidfloor":10.00,"bidfloorcur":"USD","at":3,"wseat":["seat-1","seat-2"],"ext":{{"placements":["#
    );
    let placement = r#""https://publisher.example/section/placement""#;
    let many = bytes.saturating_sub(head.len() + 3) / (placement.len() + 1);
    let list = vec![placement; many].join(",");
    format!("{head}{list}]}}}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{desk::State, domain::QuoteStatus, store::Reader};

    #[tokio::test]
    async fn a_written_book_is_what_its_facts_fold_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let load = Load { rows: 3, done: 5, quotes: 6, block: 900, ..Load::default() };
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let written = load.write(Location::File(path.clone()), now).await.unwrap();
        let mut state = State::default();
        load.facts(now).for_each(|entry| crate::desk::fold(&entry, &mut state));
        let kept = Reader::open(&path).unwrap().load().unwrap();
        assert_eq!(kept.seq, written);
        assert!(kept.deals.iter().eq(state.deals.values()));
        assert!(kept.quotes.iter().eq(state.quotes.values()));
        let done = kept.deals.iter().filter(|deal| deal.deal.status == DealStatus::Completed);
        assert_eq!((done.count(), kept.deals.len(), kept.quotes.len()), (5, 8, 11));
        let over = kept.quotes.iter().filter(|r| r.quote.status == QuoteStatus::Expired).count();
        assert_eq!(over, 6);
        assert!(kept.quotes.iter().any(|record| record.agreed.is_some()));
        let block = kept.deals.iter().find_map(|deal| deal.deal.openrtb_raw.clone()).unwrap();
        assert!((850..=900).contains(&block.len()), "{}", block.len());
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(&block).is_ok());
    }
}
