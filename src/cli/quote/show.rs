//! `quote show` and `quote list`: what the seller says now, else what the store knows.

use jiff::Timestamp;

use crate::{
    cli::{
        context::Context,
        fail::Failure,
        find::Wanted,
        listing::{self, Beside, Much, Shape, Take},
        out::Shown,
        port::Session,
        records::Records,
        reply::Reply,
        reread::Reread,
        seam, typed,
    },
    desk::{
        self, Mode, QuoteRecord, State,
        state::{Purpose, Subject},
    },
    domain::{QuoteRef, Stage},
    json::{
        Document,
        quote::{QuoteDoc, Sourced},
    },
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
    let at = (context.config.mode, now);
    reply(QuoteDoc::stored(&record, now), at, &Reread::offline())
}

/// Asks the seller; if it does not tell, what is known is shown with the reason.
pub(super) async fn reread(
    session: &mut impl Session,
    wait: std::time::Duration,
    wanted: &Wanted,
) -> Result<Reply, Failure> {
    let key = wanted.quote_of(session.state())?.reference();
    let refused = session.command(desk::Command::Reread(key.clone()));
    let done = session.until(wait, |state| !is_reading(state, &key)).await && refused.is_empty();
    let (state, now) = (session.state(), session.now());
    let record = wanted.quote_of(state)?;
    let reread = Reread::of(state, &Subject::Quote(key), done);
    reply(QuoteDoc::of(state, record, now), (state.setup.mode, now), &reread)
}

pub(super) fn is_reading(state: &State, key: &QuoteRef) -> bool {
    let purpose = Purpose::Reread(key.clone());
    state.in_flight.values().any(|flight| flight.purpose == purpose)
}

fn reply(
    body: QuoteDoc,
    (mode, now): (Mode, Timestamp),
    reread: &Reread,
) -> Result<Reply, Failure> {
    let text = super::text(&body);
    let document = Document::new(mode, now, Sourced::new(body, reread));
    let reply = Reply::new(&document, Shown::Text(text))?.with_exit(reread.exit());
    Ok(reply.with_words(reread.words()))
}

pub(super) fn list(context: &Context, list: &List) -> Result<Reply, Failure> {
    let seller = Records::open(context)?.seller(context, list.seller.as_deref())?;
    let filter = QuoteFilter { seller, stage: list.stage, ..QuoteFilter::default() };
    let (doc, cells) = (&QuoteDoc::stored, &super::cells);
    let shape = Shape { columns: super::COLUMNS, doc, cells };
    let read = |reader: &Reader, window, take: &mut Take<'_, QuoteRecord>| {
        reader.each_quote(&filter, window, take)
    };
    let beside = |_: Option<&Reader>| Ok(Beside::default());
    listing::print(context, list.much, &shape, beside, read)
}
