//! A row of the board: one shape for whatever stands on it. Whoever draws, orders, narrows, counts or copies
//! rows reads this and knows no noun; each noun says in one place what its row holds.

use jiff::Timestamp;

use super::{
    brief::{DealBrief, QuoteBrief},
    record::{BookingRecord, DealRecord, QuoteRecord},
    rivals,
    state::State,
};
use crate::domain::{
    Cost, Cpm, DealRef, DealType, Group, Negotiation, QuoteRef, SellerName, Skew, Stage, Terms,
};

/// The nouns that have rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumCount)]
#[repr(u8)]
pub enum Kind {
    /// Quotes that are no deal yet.
    Quote,
    /// Deals.
    Deal,
}

/// Names a row: the position of its record among those of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// Of which noun.
    pub kind: Kind,
    /// The position.
    pub index: usize,
}

impl Row {
    /// A quote's row.
    pub fn quote(index: usize) -> Self {
        Self { kind: Kind::Quote, index }
    }

    /// A deal's row.
    pub fn deal(index: usize) -> Self {
        Self { kind: Kind::Deal, index }
    }
}

/// What a row's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowClock<'a> {
    /// Time left until the seller's clock says so, of how much in all.
    Left {
        /// The end, on the seller's clock.
        ends: Timestamp,
        /// Since when it runs, where the seller says so.
        since: Option<Timestamp>,
    },
    /// Time since something was sent or booked, and nothing came of it yet.
    Since(Timestamp),
    /// The days of a flight.
    Flight(&'a Terms),
    /// The moment of its newest change.
    Changed,
}

/// A row.
#[derive(Debug, Clone)]
pub struct BoardRow<'a> {
    /// Whose it is.
    pub seller: &'a SellerName,
    /// The seller's id, verbatim.
    pub id: &'a str,
    /// The product's name.
    pub product: &'a str,
    /// Where it stands.
    pub stage: Stage,
    /// The group of the board it belongs to.
    pub group: Group,
    /// The seller's word for where it stands.
    pub raw_status: &'a str,
    /// The kind of deal, where it is one that we know.
    pub deal_type: Option<DealType>,
    /// The price as it stands.
    pub price: Option<Cpm>,
    /// What it can be had for now: of what is quoted and what they ask, the lower.
    pub asks: Option<Cpm>,
    /// The price that was reached: the agreed one, else their newest offer, else the quoted one.
    pub reached: Option<Cpm>,
    /// What it costs at the price as it stands.
    pub cost: Option<Cost>,
    /// The price that was quoted first.
    pub first_quoted: Option<Cpm>,
    /// Impressions, flight and guarantee.
    pub terms: &'a Terms,
    /// The round that its negotiation is in.
    pub round: Option<u32>,
    /// Whether its seller tells a price only to whoever asks for it.
    pub is_on_request: bool,
    /// When it came.
    pub came_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// What its clock shows.
    pub clock: RowClock<'a>,
}

/// A record that has a row.
pub trait OnBoard: std::fmt::Debug {
    /// Its row. Of the state only what became of its booking is looked at.
    fn row<'a>(&'a self, state: &'a State) -> BoardRow<'a>;

    /// The booking behind it.
    fn booking<'a>(&self, state: &'a State) -> Option<&'a BookingRecord>;

    /// When it runs out, on our clock, if something ends then.
    fn ends(&self, state: &State) -> Option<Timestamp>;

    /// Itself, where it is a quote.
    fn quote(&self) -> Option<&QuoteRecord> {
        None
    }

    /// Itself, where it is a deal.
    fn deal(&self) -> Option<&DealRecord> {
        None
    }
}

/// A row as lists order, narrow and count it, without looking at its record.
#[derive(Debug, Clone, Copy)]
pub struct BriefRow<'a> {
    /// Whose it is.
    pub seller: &'a SellerName,
    /// The seller's id, verbatim.
    pub id: &'a str,
    /// The product's name.
    pub product: &'a str,
    /// Where it stands.
    pub stage: Stage,
    /// The kind of deal, in letters or in the seller's word.
    pub deal_type: &'a str,
    /// The price as it stands.
    pub price: Option<Cpm>,
    /// How many impressions.
    pub impressions: Option<u64>,
    /// The quote that it is or came from.
    pub quote: Option<&'a str>,
    /// When it can no longer be had, on its seller's clock, where it can be had now.
    pub ends: Option<Timestamp>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl BriefRow<'_> {
    /// What it costs at the price as it stands.
    pub fn cost(&self) -> Option<Cost> {
        Some(self.price?.cost(self.impressions?))
    }
}

impl<'a> BriefRow<'a> {
    fn of_quote(key: &'a QuoteRef, brief: &'a QuoteBrief) -> Self {
        Self {
            seller: &key.seller,
            id: key.quote_id.as_str(),
            product: &brief.product,
            stage: brief.stage,
            deal_type: brief.deal_type.letters(),
            price: brief.standing,
            impressions: brief.impressions,
            quote: Some(key.quote_id.as_str()),
            ends: brief.is_open.then_some(brief.expires_at),
            changed_at: brief.changed_at,
        }
    }

    fn of_deal(key: &'a DealRef, brief: &'a DealBrief) -> Self {
        Self {
            seller: &key.seller,
            id: key.deal_id.as_str(),
            product: &brief.product,
            stage: brief.stage,
            deal_type: &brief.kind,
            price: brief.cpm,
            impressions: brief.impressions,
            quote: brief.quote.as_deref(),
            ends: None,
            changed_at: brief.changed_at,
        }
    }
}

impl State {
    /// A row in brief.
    pub fn brief_row(&self, row: Row) -> Option<BriefRow<'_>> {
        let index = row.index;
        Some(match row.kind {
            Kind::Quote => BriefRow::of_quote(self.quotes.key(index)?, self.quotes.brief(index)?),
            Kind::Deal => BriefRow::of_deal(self.deals.key(index)?, self.deals.brief(index)?),
        })
    }

    /// The record behind a row.
    pub fn row(&self, row: Row) -> Option<&dyn OnBoard> {
        match row.kind {
            Kind::Quote => self.quotes.get_index(row.index).map(|(_, record)| record as _),
            Kind::Deal => self.deals.get_index(row.index).map(|(_, record)| record as _),
        }
    }

    /// The rows of everything that runs out, with the moment on our clock, the next first.
    pub fn ending(&self) -> Vec<(Timestamp, Row)> {
        let rows = self.places.quotes().map(Row::quote).chain(self.places.deals().map(Row::deal));
        let ends = |row| Some((self.row(row)?.ends(self)?, row));
        let mut ending: Vec<_> = rows.filter_map(ends).collect();
        ending.sort_by_key(|(end, _)| *end);
        ending
    }

    /// What a row that is gone is called by now: the newer quote, or the deal it became.
    pub fn row_by_now(&self, row: Row) -> Option<Row> {
        let record = self.row(row)?.quote()?;
        if let Some(deal) = record.deal_key() {
            return self.deals.get_index_of(&deal).map(Row::deal);
        }
        let quote_id = record.replaced_by.clone()?;
        let key = QuoteRef { seller: record.quote.seller.clone(), quote_id };
        self.quotes.get_index_of(&key).map(Row::quote)
    }
}

impl OnBoard for QuoteRecord {
    fn row<'a>(&'a self, state: &'a State) -> BoardRow<'a> {
        let (quote, stage, price) = (&self.quote, self.stage(), self.standing());
        let is_awaited =
            matches!(stage, Stage::Unknown | Stage::Booking | Stage::Waiting | Stage::Disputed);
        let clock = if is_awaited {
            RowClock::Since(self.booking(state).map_or(self.changed_at, |booking| booking.at))
        } else if stage.group() == Group::Done || !self.is_open() {
            RowClock::Changed
        } else {
            RowClock::Left { ends: quote.expires_at, since: quote.created_at }
        };
        let talks = matches!(stage, Stage::MyTurn | Stage::TheirTurn);
        let game = self.negotiation.as_ref();
        let offered = || game.and_then(Negotiation::their_last);
        let played = || game.map_or(0, Negotiation::played);
        BoardRow {
            seller: &quote.seller,
            id: quote.quote_id.as_str(),
            product: &quote.product.name,
            stage,
            group: stage.group(),
            raw_status: &quote.raw_status,
            deal_type: Some(quote.deal_type),
            price,
            asks: rivals::asks(self),
            reached: self.agreed.or_else(offered).or(quote.pricing.cpm()),
            cost: price.zip(quote.terms.impressions).map(|(price, many)| price.cost(many)),
            first_quoted: self.first_quoted,
            terms: &quote.terms,
            round: talks.then(played),
            is_on_request: price.is_none(),
            came_at: self.received_at,
            changed_at: self.changed_at,
            clock,
        }
    }

    fn booking<'a>(&self, state: &'a State) -> Option<&'a BookingRecord> {
        state.bookings.get(self.ticket.as_ref()?)
    }

    fn ends(&self, state: &State) -> Option<Timestamp> {
        let skew = state.skew(&self.quote.seller);
        self.is_open().then(|| Skew::ours(skew, self.quote.expires_at))
    }

    fn quote(&self) -> Option<&QuoteRecord> {
        Some(self)
    }
}

impl OnBoard for DealRecord {
    fn row<'a>(&'a self, _: &'a State) -> BoardRow<'a> {
        let (deal, stage) = (&self.deal, self.stage());
        let clock = match stage {
            Stage::Proposed | Stage::Disputed => RowClock::Since(self.booked_at),
            Stage::Active | Stage::Paused | Stage::Renegotiating | Stage::Held => {
                RowClock::Flight(&deal.terms)
            }
            Stage::Quoted
            | Stage::MyTurn
            | Stage::TheirTurn
            | Stage::Agreed
            | Stage::Booking
            | Stage::Booked
            | Stage::Unknown
            | Stage::Waiting
            | Stage::Completed
            | Stage::Expired
            | Stage::Rejected
            | Stage::Declined
            | Stage::Canceled
            | Stage::NotSent
            | Stage::Other => RowClock::Changed,
        };
        BoardRow {
            seller: &deal.seller,
            id: deal.deal_id.as_str(),
            product: &deal.product.name,
            stage,
            group: self.group(),
            raw_status: &deal.raw_status,
            deal_type: deal.deal_type,
            price: deal.pricing.cpm(),
            asks: deal.pricing.cpm(),
            reached: Some(self.agreed),
            cost: deal.cost(),
            first_quoted: self.first_quoted,
            terms: &deal.terms,
            round: None,
            is_on_request: false,
            came_at: self.booked_at,
            changed_at: self.changed_at,
            clock,
        }
    }

    fn booking<'a>(&self, state: &'a State) -> Option<&'a BookingRecord> {
        state.bookings.get(&self.ticket)
    }

    /// When one that is held or not active yet lapses.
    fn ends(&self, state: &State) -> Option<Timestamp> {
        let waits = matches!(self.stage(), Stage::Proposed | Stage::Held);
        let ends = self.deal.expires_at.filter(|_| waits)?;
        Some(Skew::ours(state.skew(&self.deal.seller), ends))
    }

    fn deal(&self) -> Option<&DealRecord> {
        Some(self)
    }
}
