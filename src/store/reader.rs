//! Reading a store without writing to it and without folding its journal: for `deals list`, `quote
//! show`, `watch --from` and the like.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, params_from_iter};

use super::{
    Cached, Chain, Recorded, Snapshot, StoreError, cache, journal, opening, place,
    rows::{self, Unread},
    single, snapshot, stamp, time, verify,
};
use crate::{
    desk::{BookingRecord, BookingState, Controls, DealRecord, QuoteRecord, Transition},
    domain::{DealRef, QuoteRef, QuoteStatus, Round, SellerName, Stage},
};

/// Which quotes. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuoteFilter {
    /// Of this seller.
    pub seller: Option<SellerName>,
    /// With this id, whoever's they are.
    pub quote_id: Option<String>,
    /// In this status.
    pub status: Option<QuoteStatus>,
    /// In this stage.
    pub stage: Option<Stage>,
    /// Received at this time or later.
    pub since: Option<Timestamp>,
    /// Received before this time.
    pub until: Option<Timestamp>,
}

/// Which deals. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DealFilter {
    /// Of this seller.
    pub seller: Option<SellerName>,
    /// With this id, whoever's they are.
    pub deal_id: Option<String>,
    /// In this stage.
    pub stage: Option<Stage>,
}

/// Which bookings. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookingFilter {
    /// In this state.
    pub state: Option<BookingState>,
    /// Still open: sent, unknown, or waiting for the seller.
    pub open: bool,
    /// Of this quote.
    pub quote: Option<QuoteRef>,
    /// That became this deal.
    pub deal: Option<DealRef>,
}

/// Which of what is found. The default is all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Only so many, the newest.
    pub newest: Option<u64>,
    /// Without so many that are newer still.
    pub skip: u64,
}

/// A store that is open for reading. It blocks, and sees every row that was committed when asked.
#[derive(Debug)]
pub struct Reader {
    conn: Connection,
    path: PathBuf,
}

impl Reader {
    /// Opens the store at `path`. It must be there and up to date: only a writer makes or changes one.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = place::real(path)?;
        let conn = opening::reader(&path, Duration::from_secs(5))?;
        Ok(Self { conn, path })
    }

    /// What is stopped, and which limits hold.
    pub fn controls(&self) -> Result<Controls, StoreError> {
        single::controls(&self.conn).map_err(|error| error.at(&self.path))
    }

    /// Quotes, in the order they came.
    pub fn quotes(&self, filter: &QuoteFilter) -> Result<Vec<QuoteRecord>, StoreError> {
        self.run(Self::quotes_query(filter))
    }

    /// Hands over quotes one by one, in the order they came, as long as they are wanted. Returns how
    /// many there are in all.
    pub fn each_quote(
        &self,
        filter: &QuoteFilter,
        window: Window,
        take: &mut dyn FnMut(Unread<QuoteRecord>) -> Result<bool, StoreError>,
    ) -> Result<u64, StoreError> {
        self.each(Self::quotes_query(filter), window, take)
    }

    fn quotes_query(filter: &QuoteFilter) -> Query {
        let mut query = Query::new("quotes");
        query.is("seller", filter.seller.as_ref().map(|seller| seller.0.clone()));
        query.is("quote_id", filter.quote_id.clone());
        query.is("status", filter.status.map(|status| status.to_string()));
        query.is("stage", filter.stage.map(|stage| stage.to_string()));
        query.push("received_at >= ?", filter.since.map(stamp));
        query.push("received_at < ?", filter.until.map(stamp));
        query
    }

    /// The quotes with this id, whoever's they are.
    pub fn quote(&self, quote_id: &str) -> Result<Vec<QuoteRecord>, StoreError> {
        self.quotes(&QuoteFilter { quote_id: Some(quote_id.to_owned()), ..QuoteFilter::default() })
    }

    /// Deals, in the order they were booked.
    pub fn deals(&self, filter: &DealFilter) -> Result<Vec<DealRecord>, StoreError> {
        self.run(Self::deals_query(filter))
    }

    /// Hands over deals one by one, in the order they were booked, as long as they are wanted. Returns
    /// how many there are in all.
    pub fn each_deal(
        &self,
        filter: &DealFilter,
        window: Window,
        take: &mut dyn FnMut(Unread<DealRecord>) -> Result<bool, StoreError>,
    ) -> Result<u64, StoreError> {
        self.each(Self::deals_query(filter), window, take)
    }

    fn deals_query(filter: &DealFilter) -> Query {
        let mut query = Query::new("deals");
        query.is("seller", filter.seller.as_ref().map(|seller| seller.0.clone()));
        query.is("deal_id", filter.deal_id.clone());
        query.is("stage", filter.stage.map(|stage| stage.to_string()));
        query
    }

    /// The deals with this id, whoever's they are.
    pub fn deal(&self, deal_id: &str) -> Result<Vec<DealRecord>, StoreError> {
        self.deals(&DealFilter { deal_id: Some(deal_id.to_owned()), ..DealFilter::default() })
    }

    /// Bookings, in the order they were stored.
    pub fn bookings(&self, filter: &BookingFilter) -> Result<Vec<BookingRecord>, StoreError> {
        let mut query = Query::new("bookings");
        query.is("state", filter.state.map(|state| state.to_string()));
        if filter.open {
            query.terms.push("state IN ('sent', 'unknown', 'waiting')".to_owned());
        }
        if let Some(quote) = &filter.quote {
            query.is("seller", Some(quote.seller.0.clone()));
            query.is("quote_id", Some(quote.quote_id.0.clone()));
        }
        if let Some(deal) = &filter.deal {
            // By what has an index: bookings are many.
            let of_it = "FROM deals WHERE seller = ? AND deal_id = ?";
            let ticket = format!("ticket IN (SELECT ticket {of_it})");
            query.terms.push(format!("({ticket} OR quote_id IN (SELECT quote_id {of_it}))"));
            let key = [deal.seller.0.clone(), deal.deal_id.0.clone()];
            query.values.extend(key.iter().chain(&key).cloned());
            query.is("seller", Some(deal.seller.0.clone()));
            query.is("deal_id", Some(deal.deal_id.0.clone()));
        }
        self.run(query)
    }

    /// Every move in the negotiation of a quote, the quoted price first; empty where there was none.
    pub fn rounds(&self, key: &QuoteRef) -> Result<Vec<Round>, StoreError> {
        let found = self.quotes(&QuoteFilter {
            seller: Some(key.seller.clone()),
            quote_id: Some(key.quote_id.0.clone()),
            ..QuoteFilter::default()
        })?;
        let game = found.into_iter().next().and_then(|record| record.negotiation);
        Ok(game.map(|game| game.rounds).unwrap_or_default())
    }

    /// Every stage a quote went through, with who and when.
    pub fn quote_transitions(&self, key: &QuoteRef) -> Result<Vec<Transition>, StoreError> {
        self.transitions("quote", key.seller.as_str(), key.quote_id.as_str())
    }

    /// Every status a deal had, in its seller's words, with who and when.
    pub fn deal_transitions(&self, key: &DealRef) -> Result<Vec<Transition>, StoreError> {
        self.transitions("deal", key.seller.as_str(), key.deal_id.as_str())
    }

    /// At most `limit` rows of the journal after row `after`: what `watch --from` resumes with.
    pub fn entries(&self, after: u64, limit: u64) -> Result<Vec<Recorded>, StoreError> {
        self.placed(journal::after(&self.conn, after, limit))
    }

    /// The newest `count` rows of the journal, oldest first.
    pub fn tail(&self, count: u64) -> Result<Vec<Recorded>, StoreError> {
        self.placed(journal::tail(&self.conn, count, u64::MAX))
    }

    /// Everything that happened to a quote.
    pub fn trail_of_quote(&self, key: &QuoteRef) -> Result<Vec<Recorded>, StoreError> {
        self.placed(journal::of_quote(&self.conn, key))
    }

    /// Everything that happened to a deal, from the first quote on.
    pub fn trail_of_deal(&self, key: &DealRef) -> Result<Vec<Recorded>, StoreError> {
        self.placed(journal::of_deal(&self.conn, key))
    }

    /// Every record as it stands, at one moment.
    pub fn load(&self) -> Result<Snapshot, StoreError> {
        self.placed(snapshot::read(&self.conn))
    }

    /// The newest row of the journal; 0 while it is empty.
    pub fn head(&self) -> Result<u64, StoreError> {
        self.placed(journal::head(&self.conn).map(|head| head.seq))
    }

    /// Checks every row of the journal.
    pub fn verify(&self) -> Result<Chain, StoreError> {
        self.placed(verify::verify(&self.conn))
    }

    /// What a seller published, if it was kept.
    pub fn cached(&self, seller: &SellerName, kind: &str) -> Result<Option<Cached>, StoreError> {
        self.placed(cache::get(&self.conn, seller, kind))
    }

    fn transitions(&self, of: &str, seller: &str, id: &str) -> Result<Vec<Transition>, StoreError> {
        self.placed(self.try_transitions(of, seller, id))
    }

    fn try_transitions(
        &self,
        of: &str,
        seller: &str,
        id: &str,
    ) -> Result<Vec<Transition>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT from_status, to_status, by, notes, at FROM transitions \
             WHERE of = ?1 AND seller = ?2 AND id = ?3 ORDER BY rowid",
        )?;
        let mut rows = statement.query([of, seller, id])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (from, to, by, notes) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let at = time(&row.get::<_, String>(4)?)?;
            found.push(Transition { from, to, by, at, notes });
        }
        Ok(found)
    }

    fn run<R: rows::Tabled>(&self, query: Query) -> Result<Vec<R>, StoreError> {
        let sql = format!("SELECT record FROM {} ORDER BY ord", query.of());
        self.placed(rows::collect(&self.conn, &sql, params_from_iter(query.values)))
    }

    fn each<R>(
        &self,
        query: Query,
        window: Window,
        take: &mut dyn FnMut(Unread<R>) -> Result<bool, StoreError>,
    ) -> Result<u64, StoreError> {
        self.placed(self.try_each(query, window, take))
    }

    fn try_each<R>(
        &self,
        query: Query,
        window: Window,
        take: &mut dyn FnMut(Unread<R>) -> Result<bool, StoreError>,
    ) -> Result<u64, StoreError> {
        // All of it as it stood at one moment.
        let tx = self.conn.unchecked_transaction()?;
        let (of, values) = (query.of(), query.values);
        let count = format!("SELECT count(*) FROM {of}");
        let all: i64 = tx.query_row(&count, params_from_iter(&values), |row| row.get(0))?;
        let sql = if window == Window::default() {
            format!("SELECT record FROM {of} ORDER BY ord")
        } else {
            let newest = window.newest.map_or(-1, super::integer);
            let skip = super::integer(window.skip);
            format!(
                "SELECT record FROM (SELECT ord, record FROM {of} ORDER BY ord DESC LIMIT {newest} \
                 OFFSET {skip}) ORDER BY ord"
            )
        };
        let mut statement = tx.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if !take(Unread::new(row.get(0)?))? {
                break;
            }
        }
        Ok(super::number(all))
    }

    fn placed<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        result.map_err(|error| error.at(&self.path))
    }
}

/// A question with as many conditions as were asked for.
struct Query {
    table: &'static str,
    terms: Vec<String>,
    values: Vec<String>,
}

impl Query {
    fn new(table: &'static str) -> Self {
        Self { table, terms: Vec::new(), values: Vec::new() }
    }

    /// The table with the conditions.
    fn of(&self) -> String {
        let clause = if self.terms.is_empty() { "" } else { " WHERE " };
        format!("{}{clause}{}", self.table, self.terms.join(" AND "))
    }

    fn is(&mut self, column: &str, value: Option<String>) {
        self.push(&format!("{column} = ?"), value);
    }

    fn push(&mut self, term: &str, value: Option<String>) {
        if let Some(value) = value {
            self.terms.push(term.to_owned());
            self.values.push(value);
        }
    }
}
