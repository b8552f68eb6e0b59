//! Finds the one quote or deal a person means. Ids are unique within a seller only.

use super::{exit::Exit, fail::Failure};
use crate::{
    desk::{DealRecord, QuoteRecord, State},
    domain::{SellerName, ids},
};

/// An id as typed: `qt-1`, or `northlight/qt-1` where two sellers have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    seller: Option<String>,
    whole: String,
    id: String,
}

impl Wanted {
    pub(crate) fn new(typed: &str) -> Self {
        match typed.split_once('/') {
            Some((seller, id)) => {
                Self { seller: Some(seller.to_owned()), whole: typed.to_owned(), id: id.to_owned() }
            }
            None => Self { seller: None, whole: typed.to_owned(), id: typed.to_owned() },
        }
    }

    /// Whether it names this one. An id may itself hold a `/`.
    fn is(&self, seller: &SellerName, id: &str) -> bool {
        let of_seller = self.seller.as_deref().is_none_or(|wanted| wanted == seller.as_str());
        id == self.whole || (of_seller && id == self.id)
    }

    /// The ids to look up.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let id = (self.id != self.whole).then_some(self.id.as_str());
        std::iter::once(self.whole.as_str()).chain(id)
    }

    /// The one quote that a desk knows.
    pub(crate) fn quote_of<'s>(&self, state: &'s State) -> Result<&'s QuoteRecord, Failure> {
        self.quote(self.ids().flat_map(|id| state.quotes_called(id)))
    }

    /// The one deal that a desk knows.
    pub(crate) fn deal_of<'s>(&self, state: &'s State) -> Result<&'s DealRecord, Failure> {
        self.deal(self.ids().flat_map(|id| state.deals_called(id)))
    }

    /// The one quote among `records`.
    pub(crate) fn quote<'r>(
        &self,
        records: impl Iterator<Item = &'r QuoteRecord>,
    ) -> Result<&'r QuoteRecord, Failure> {
        let found = records.filter(|r| self.is(&r.quote.seller, r.quote.quote_id.as_str()));
        self.one("quote", found.map(|record| (record.quote.seller.clone(), record)).collect())
    }

    /// The one deal among `records`.
    pub(crate) fn deal<'r>(
        &self,
        records: impl Iterator<Item = &'r DealRecord>,
    ) -> Result<&'r DealRecord, Failure> {
        let found = records.filter(|r| self.is(&r.deal.seller, r.deal.deal_id.as_str()));
        self.one("deal", found.map(|record| (record.deal.seller.clone(), record)).collect())
    }

    fn one<T>(&self, what: &str, mut found: Vec<(SellerName, T)>) -> Result<T, Failure> {
        let shown = ids::shown(&self.whole);
        if found.len() > 1 {
            let names: Vec<_> = found.iter().map(|(s, _)| format!("{s}/{}", self.id)).collect();
            let says = format!("several sellers have a {what} {shown}");
            return Err(Failure::usage(says, format!("say which: {}", names.join(" or "))));
        }
        found.pop().map(|(_, record)| record).ok_or_else(|| {
            let list = if what == "quote" { "dealdesk quote list" } else { "dealdesk deals list" };
            let says = format!("the desk knows no {what} {shown}");
            Failure::new(
                Exit::NotFound,
                says,
                format!("`{list}` names them; with --paper a desk has a store of its own"),
            )
            .coded(what)
        })
    }
}
