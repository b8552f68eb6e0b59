//! The quotes as rows. In their natural order those that were asked for together stand together, under
//! a line of their own, ranked; the others by the time they have left. Under each new quote stands the
//! one it replaced.

use crate::{
    desk::{QuoteBrief, QuoteRecord, RequestId},
    domain::{Cpm, QuoteRef, RfqId, Stage, ids, ranking::Ranked},
    tui::parts::{filter::Fields, money},
};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// The line above quotes that were asked for together; `None` is above all the others.
    Group(Option<RfqId>),
    /// A quote that is asked for.
    Asking(RequestId),
    /// A quote.
    Quote(QuoteRef),
    /// A quote that did not come: its place among the failed ones.
    Failed(usize),
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) key: Key,
    /// How many newer ones stand above it.
    pub(super) depth: usize,
    /// How it ranks among those asked for with it.
    pub(super) ranked: Option<Ranked>,
}

/// Ways to sort, as the title names them. The first keeps together what was asked for together.
pub(super) const SORTS: [&str; 6] = ["rfq", "expiry", "price ▲", "cost ▼", "seller", "newest"];

/// Whether a quote still waits for something: to be booked, an answer, a person.
pub(super) fn is_running(is_open: bool, stage: Stage) -> bool {
    is_open || matches!(stage, Stage::Unknown | Stage::Waiting | Stage::Booking)
}

/// The same of a quote that is looked at.
pub(super) fn runs(record: &QuoteRecord) -> bool {
    is_running(record.is_open(), record.stage())
}

/// Plain words to filter by.
#[derive(Debug)]
pub(super) struct Words(pub(super) String);

impl Fields for Words {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        is(&self.0)
    }

    fn field(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A quote as the filter sees it.
#[derive(Debug)]
pub(super) struct Brief<'a> {
    pub(super) key: &'a QuoteRef,
    pub(super) brief: &'a QuoteBrief,
}

impl Fields for Brief<'_> {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        let (QuoteRef { seller, quote_id }, brief) = (self.key, self.brief);
        is(&ids::shown(quote_id.as_str()))
            || is(&ids::shown(seller.as_str()))
            || is(&brief.product)
            || is(brief.deal_type.letters())
            || is(brief.stage.words())
            || brief.odd_status.as_deref().is_some_and(&mut *is)
            || brief.deal.as_deref().is_some_and(|deal| is(&ids::shown(deal)))
            || brief.rfq.as_deref().is_some_and(|rfq| is(&ids::shown(rfq)))
    }

    fn field(&self, name: &str) -> Option<String> {
        let (QuoteRef { seller, quote_id }, brief) = (self.key, self.brief);
        let plain = |price: Option<Cpm>| price.map(|price| price.plain());
        Some(match name {
            "quote" | "id" => quote_id.to_string(),
            "rfq" => ids::shown(brief.rfq.as_deref()?).into_owned(),
            "seller" => seller.to_string(),
            "typ" | "type" => brief.deal_type.to_string(),
            "product" => (*brief.product).to_owned(),
            "imps" => brief.impressions?.to_string(),
            "base" => plain(brief.base)?,
            "final" | "cpm" | "price" => plain(brief.price)?,
            "cost" => money::cost(brief.cost(), true),
            "stage" => brief.stage.words().to_owned(),
            _ => return None,
        })
    }
}
