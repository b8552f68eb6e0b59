//! The store as read commands see it: projections, never the whole journal.

use super::{context::Context, exit::Exit, fail::Failure, find::Wanted};
use crate::{
    desk::{BookingRecord, DealRecord, QuoteRecord},
    domain::{DealRef, SellerName},
    store::{
        BookingFilter, DealFilter, Location, QuoteFilter, Reader, Recorded, Store, StoreError,
        Trouble, Tuning,
    },
};

/// The store, or nothing where none was made yet.
#[derive(Debug)]
pub(crate) struct Records(Option<Reader>);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit =
            if error.kind == Trouble::Missing { Exit::NotFound } else { Exit::Configuration };
        // Its words carry the cure.
        Self::new(exit, error.to_string(), "").coded(&format!("store_{}", error.kind))
    }
}

impl Records {
    /// Opens the store for reading. The default one may be missing: then nothing has happened yet.
    pub(crate) fn open(context: &Context) -> Result<Self, Failure> {
        let path = &context.config.store;
        match Reader::open(path) {
            Ok(reader) => Ok(Self(Some(reader))),
            // Its tables are missing or older than this program: they are made again from the journal.
            Err(error) if error.kind == Trouble::Outdated && !context.config.read_only => {
                let tuning = Tuning { mode: context.config.mode, ..Tuning::default() };
                drop(Store::open_with(&Location::File(path.clone()), &tuning)?);
                Ok(Self(Some(Reader::open(path)?)))
            }
            Err(error) if error.kind == Trouble::Missing && !context.store_is_named => {
                Ok(Self(None))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The store, as soon as there is one: nothing while it is missing, or is being made by another process.
    /// `for_good` says that nobody makes it any more, and that what is wrong with it stays so.
    pub(crate) fn of_a_store_to_come(context: &Context, for_good: bool) -> Result<Self, Failure> {
        match Reader::open(&context.config.store) {
            Ok(reader) => Ok(Self(Some(reader))),
            Err(error) if error.kind == Trouble::Missing => Ok(Self(None)),
            Err(error) if !for_good && error.kind.may_be_a_beginning() => Ok(Self(None)),
            Err(_) => Self::open(context),
        }
    }

    /// The reader, where there is a store.
    pub(crate) fn reader(&self) -> Option<&Reader> {
        self.0.as_ref()
    }

    fn read<T: Default>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, StoreError>,
    ) -> Result<T, Failure> {
        self.0.as_ref().map_or_else(|| Ok(T::default()), |reader| Ok(read(reader)?))
    }

    pub(crate) fn quotes(&self, filter: &QuoteFilter) -> Result<Vec<QuoteRecord>, Failure> {
        self.read(|reader| reader.quotes(filter))
    }

    pub(crate) fn deals(&self, filter: &DealFilter) -> Result<Vec<DealRecord>, Failure> {
        self.read(|reader| reader.deals(filter))
    }

    /// A seller that a list is cut to: configured, or in the store from another time.
    pub(crate) fn seller(
        &self,
        context: &Context,
        named: Option<&str>,
    ) -> Result<Option<SellerName>, Failure> {
        let Some(seller) = named.map(SellerName::from) else { return Ok(None) };
        let known: Vec<_> = context.config.sellers.iter().map(|s| s.name.as_str()).collect();
        if known.contains(&seller.as_str()) {
            return Ok(Some(seller));
        }
        let of = || QuoteFilter { seller: Some(seller.clone()), ..QuoteFilter::default() };
        if self.quotes(&of())?.is_empty() {
            return Err(Failure::no_such_seller(&seller, &known));
        }
        Ok(Some(seller))
    }

    /// The one quote a person means.
    pub(crate) fn quote(&self, wanted: &Wanted) -> Result<QuoteRecord, Failure> {
        let mut found = Vec::new();
        for id in wanted.ids() {
            found.extend(self.read(|reader| reader.quote(id))?);
        }
        wanted.quote(found.iter()).cloned()
    }

    /// The one deal a person means.
    pub(crate) fn deal(&self, wanted: &Wanted) -> Result<DealRecord, Failure> {
        let mut found = Vec::new();
        for id in wanted.ids() {
            found.extend(self.read(|reader| reader.deal(id))?);
        }
        wanted.deal(found.iter()).cloned()
    }

    /// The bookings that became a deal.
    pub(crate) fn bookings(&self, deal: &DealRef) -> Result<Vec<BookingRecord>, Failure> {
        let filter = BookingFilter { deal: Some(deal.clone()), ..BookingFilter::default() };
        self.read(|reader| reader.bookings(&filter))
    }

    /// Everything that led to a deal.
    pub(crate) fn trail(&self, deal: &DealRef) -> Result<Vec<Recorded>, Failure> {
        self.read(|reader| reader.trail_of_deal(deal))
    }

    /// At most `limit` facts after `seq`.
    pub(crate) fn after(&self, seq: u64, limit: u64) -> Result<Vec<Recorded>, Failure> {
        self.read(|reader| reader.entries(seq, limit))
    }
}
