//! `quote show` and `quote list`: what the seller says now, else what the store knows.

use jiff::Timestamp;

use crate::{
    cli::{
        context::Context,
        fail::Failure,
        find::Wanted,
        json::{
            Document, Reply,
            quote::{QuoteDoc, Sourced},
        },
        listing::{self, Much, Shape, Take},
        out::Shown,
        port::Session,
        records::Records,
        seam, typed,
    },
    desk::{self, Mode, QuoteRecord, State, state::Purpose},
    domain::{QuoteRef, SellerName, Stage},
    store::{QuoteFilter, Reader},
};

/// `quote show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The quote's id, or SELLER/ID where several sellers have it
    pub(crate) quote_id: String,
    /// Do not ask the seller; show what the store knows
    #[arg(long)]
    pub(crate) offline: bool,
}

/// `quote list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// In this stage
    #[arg(long, value_name = "STAGE", value_parser = typed::stage)]
    stage: Option<Stage>,
    /// Of this seller
    #[arg(long, value_name = "NAME")]
    seller: Option<String>,
    #[command(flatten)]
    much: Much,
}

pub(super) async fn show(context: &Context, show: &Show) -> Result<Reply, Failure> {
    let wanted = Wanted::new(&show.quote_id);
    if !show.offline {
        let wait = context.config.desk.ask_wait;
        let shown = seam::with_session_about(context, wanted.ids(), async |session| {
            reread(session, wait, &wanted).await
        });
        return shown.await;
    }
    let record = Records::open(context)?.quote(&wanted)?;
    let now = context.now();
    reply(QuoteDoc::stored(&record, now), (context.config.mode, now), "store", Vec::new())
}

/// Asks the seller; if it does not answer, what is known is shown with the reason.
pub(super) async fn reread(
    session: &mut impl Session,
    wait: std::time::Duration,
    wanted: &Wanted,
) -> Result<Reply, Failure> {
    let key = wanted.quote_of(session.state())?.reference();
    let began = session.now();
    let refused = session.command(desk::Command::Reread(key.clone()));
    let done = session.until(wait, |state| !is_reading(state, &key)).await && refused.is_empty();
    let state = session.state();
    let record = wanted.quote_of(state)?;
    let (source, words) = source(state, &key.seller, began, done);
    let now = session.now();
    reply(QuoteDoc::of(state, record, now), (state.setup.mode, now), source, words)
}

pub(super) fn is_reading(state: &State, key: &QuoteRef) -> bool {
    let purpose = Purpose::Reread(key.clone());
    state.in_flight.values().any(|flight| flight.purpose == purpose)
}

/// Whether the seller answered since `began`; if not, words that say why.
pub(crate) fn source(
    state: &State,
    seller: &SellerName,
    began: Timestamp,
    done: bool,
) -> (&'static str, Vec<String>) {
    let known = state.sellers.get(seller);
    let error = known.and_then(|known| known.last_error.as_ref()).filter(|(at, _)| *at >= began);
    let answered = known.and_then(|known| known.last_ok).is_some_and(|at| at >= began);
    if done && answered && error.is_none() {
        return ("seller", Vec::new());
    }
    let why = match (known, error) {
        (None, _) => "it is not in the configuration".to_owned(),
        (Some(_), Some((_, error))) => error.to_string(),
        (Some(_), None) => "it did not answer in time".to_owned(),
    };
    ("store", vec![format!("{seller} was not read again: {why}; this is what the store knows")])
}

fn reply(
    body: QuoteDoc,
    (mode, now): (Mode, Timestamp),
    source: &'static str,
    words: Vec<String>,
) -> Result<Reply, Failure> {
    let currency = body.pricing.currency.clone().unwrap_or_default();
    let text = super::text(&body, &currency);
    let document = Document::new(mode, now, Sourced { body, source });
    Ok(Reply::new(&document, Shown::Text(text))?.with_words(words))
}

pub(super) fn list(context: &Context, list: &List) -> Result<Reply, Failure> {
    let seller = list.seller.as_deref().map(SellerName::from);
    let filter = QuoteFilter { seller, stage: list.stage, ..QuoteFilter::default() };
    let (doc, cells) = (&QuoteDoc::stored, &super::cells);
    let shape = Shape { columns: super::COLUMNS, doc, cells };
    let read = |reader: &Reader, window, take: &mut Take<'_, QuoteRecord>| {
        reader.each_quote(&filter, window, take)
    };
    listing::print(context, list.much, &shape, read)
}
