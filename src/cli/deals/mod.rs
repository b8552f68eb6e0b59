//! `deals list|show|watch|activation|readback`: what was bought, as the seller has it now, and as the
//! DSP does.

mod activation;
mod awaited;
mod readback;

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use self::awaited::Found;
use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    listing::{self, Much, Shape, Take},
    out::{self, Shown},
    port::{self, Session},
    records::Records,
    reply::Reply,
    reread::Reread,
    seam,
    table::known,
    typed, watch,
};
use crate::{
    desk::{
        self, DealRecord, Fact, Mode, State, judge,
        state::{Purpose, Subject},
    },
    domain::{DealRef, QuoteRef, Round, Stage, activation::Bought, made::made, money},
    json::{
        Document,
        activation::LintDoc,
        book::BookingDoc,
        deal::{DealDoc, DealShowDoc, LintsDoc, TransitionDoc},
        fact::FactDoc,
        negotiation::RoundDoc,
        quote::Sourced,
    },
    store::{DealFilter, Reader, Recorded},
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List deals
    List(List),
    /// Show a deal with everything that led to it
    Show(Show),
    /// Say that you saw what became of a deal that was rejected, lapsed or is gone
    Acknowledge(Acknowledge),
    /// Everything that happens to deals, one fact a line
    Watch(watch::Args),
    /// The deal block to take away, checked, with the steps of a DSP
    Activation(activation::Activation),
    /// Hold a DSP's export or a bid request against what was bought; exit 12 if it is not as agreed
    Readback(readback::Readback),
}

/// `deals list`: deals, and bookings without a deal yet, whose money is held.
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

/// `deals acknowledge`.
#[derive(Debug, clap::Args)]
pub(crate) struct Acknowledge {
    /// The Deal ID, or SELLER/ID where several sellers have it
    pub(crate) deal_id: String,
}

/// `deals show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The Deal ID, or the id of the quote that was booked; SELLER/ID where several sellers have it
    pub(crate) deal_id: String,
    /// Do not ask the seller; show what the store knows
    #[arg(long)]
    pub(crate) offline: bool,
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    match command {
        Command::List(list) => self::list(context, &list),
        Command::Show(show) => shown(context, &show).await,
        Command::Acknowledge(args) => acknowledge(context, &args).await,
        Command::Watch(mut args) => {
            args.deals_only = true;
            watch::run(args, context).await
        }
        Command::Activation(args) => activation::run(context, &args),
        Command::Readback(args) => readback::run(context, &args),
    }
}

fn list(context: &Context, list: &List) -> Result<Reply, Failure> {
    let records = Records::open(context)?;
    let seller = records.seller(context, list.seller.as_deref())?;
    let filter = DealFilter { seller, stage: list.stage, ..DealFilter::default() };
    let shape = Shape {
        columns: [
            "DEAL",
            "SELLER",
            "STAGE",
            "THEIRS",
            "PRODUCT",
            "TYPE",
            ">IMPRESSIONS",
            ">CPM",
            ">COST",
            "CUR",
            "NEEDS YOU",
        ],
        doc: &|record: &DealRecord, _| DealDoc::new(record, None),
        cells: &cells,
    };
    let read = |reader: &Reader, window, take: &mut Take<'_, DealRecord>| {
        reader.each_deal(&filter, window, take)
    };
    let beside =
        |reader: Option<&Reader>| awaited::beside(reader, (filter.seller.as_ref(), filter.stage));
    listing::print(context, list.much, &shape, beside, read)
}

fn cells(item: &DealDoc) -> [String; 11] {
    [
        item.deal_id.clone(),
        item.seller.clone(),
        item.stage.clone(),
        known(item.theirs.clone()),
        known(item.product.name.clone().or_else(|| Some(item.product.product_id.clone()))),
        known(item.deal_type.clone()),
        known(item.terms.impressions),
        known(item.pricing.final_cpm.clone()),
        known(item.cost.clone()),
        known(item.pricing.currency.clone()),
        needs_you(item).unwrap_or_else(|| "–".to_owned()),
    ]
}

/// What a person has to see to: what became of a deal, or where it is not what was agreed.
fn needs_you(item: &DealDoc) -> Option<String> {
    let fields: Vec<_> = item.differences.iter().map(|one| one.field.as_str()).collect();
    let differs = (!fields.is_empty()).then(|| format!("not as agreed: {}", fields.join(", ")));
    let says: Vec<_> = item.attention.clone().into_iter().chain(differs).collect();
    (!says.is_empty()).then(|| format!("! {}", says.join("; ")))
}

/// What a person means: a deal by its id, or by that of the quote that was booked.
async fn shown(context: &Context, show: &Show) -> Result<Reply, Failure> {
    let failure = match self::show(context, show).await {
        Err(failure) if failure.exit == Exit::NotFound => failure,
        shown => return shown,
    };
    match awaited::of_quote(context, &show.deal_id) {
        Ok(Some(Found::Awaited(booking))) => awaited::show(context, &booking),
        Ok(Some(Found::Deal(deal_id))) => {
            self::show(context, &Show { deal_id, offline: show.offline }).await
        }
        Ok(None) | Err(_) => Err(failure),
    }
}

async fn show(context: &Context, show: &Show) -> Result<Reply, Failure> {
    let wanted = Wanted::new(&show.deal_id);
    if show.offline {
        let records = Records::open(context)?;
        let record = records.deal(&wanted)?;
        let at = (context.config.mode, context.now());
        let bought = bought(context, &records, &record)?;
        return reply(&records, (&record, &bought), (None, &Reread::offline()), at);
    }
    let wait = context.config.desk.ask_wait;
    seam::with_session_about(context, wanted.ids(), async |session| {
        let key = wanted.deal_of(session.state())?.reference();
        let (checked, reread) = poll(session, wait, &key).await;
        // Opened after the poll, so that what it found is in the trail.
        let records = Records::open(context)?;
        let record = wanted.deal_of(session.state())?;
        let at = (session.state().setup.mode, session.now());
        let bought = judge::bought(session.state(), record);
        reply(&records, (record, &bought), (checked, &reread), at)
    })
    .await
}

/// What was bought with a deal, as the store knows it.
fn bought(context: &Context, records: &Records, record: &DealRecord) -> Result<Bought, Failure> {
    let deal = &record.deal;
    let quote = deal.quote_id.as_ref().map(|id| format!("{}/{id}", deal.seller));
    let quoted = quote.map(|quote| records.quote(&Wanted::new(&quote)));
    // A deal whose quote the store does not have was asked for by nobody here.
    let missing = |failure: Failure| {
        if failure.exit == Exit::NotFound { Ok(None) } else { Err(failure) }
    };
    let quoted = quoted.transpose().or_else(missing)?;
    let asked = quoted.as_ref().map(|quoted| (&quoted.ask).into());
    let seat = context.config.identity.seat_id.clone();
    Ok(Bought { asked, seat, ..Bought::of(deal, record.agreed) })
}

/// Asks the seller; if it does not tell, what is known is shown with the reason.
pub(crate) async fn poll(
    session: &mut impl Session,
    wait: Duration,
    key: &DealRef,
) -> (Option<Timestamp>, Reread) {
    let refused = session.command(desk::Command::PollDeal(key.clone()));
    let purpose = Purpose::Poll(key.clone());
    let polling = |state: &State| state.in_flight.values().any(|f| f.purpose == purpose);
    let done = session.until(wait, |state| !polling(state)).await && refused.is_empty();
    let state = session.state();
    let index = state.deals.get_index_of(key);
    let checked = index.and_then(|index| state.polling.get(&index)?.checked_at);
    (checked, Reread::of(state, &Subject::Deal(key.clone()), done))
}

/// The moves that led to a deal: those of its quote, or of the quote whose agreement it carries.
fn rounds(trail: &[Recorded], records: &Records) -> Result<Vec<Round>, Failure> {
    let quotes = trail.iter().filter_map(|row| row.entry.fact.quote());
    let opened = trail.iter().find_map(|row| {
        let Fact::QuoteReceived { quote, requote_of: Some(old), agreed: Some(_), .. } =
            &row.entry.fact
        else {
            return None;
        };
        Some(QuoteRef { seller: quote.seller.clone(), quote_id: old.clone() })
    });
    let Some(reader) = records.reader() else { return Ok(Vec::new()) };
    for key in opened.into_iter().chain(quotes) {
        let rounds = reader.rounds(&key)?;
        if !rounds.is_empty() {
            return Ok(rounds);
        }
    }
    Ok(Vec::new())
}

fn reply(
    records: &Records,
    (record, bought): (&DealRecord, &Bought),
    (checked, reread): (Option<Timestamp>, &Reread),
    (mode, now): (Mode, Timestamp),
) -> Result<Reply, Failure> {
    let key = record.reference();
    let trail = records.trail(&key)?;
    let bookings = records.bookings(&key)?;
    let body = DealShowDoc {
        deal: DealDoc::new(record, checked),
        rounds: rounds(&trail, records)?.iter().map(RoundDoc::new).collect(),
        transitions: record.transitions.iter().map(TransitionDoc::new).collect(),
        bookings: bookings.iter().map(BookingDoc::new).collect(),
        audit: trail.iter().map(|row| FactDoc::new(row.seq, &row.entry)).collect(),
        activation: LintsDoc::new(&record.deal, bought),
    };
    let text = text(&body, now);
    let document = Document::new(mode, now, Sourced::new(body, reread));
    let reply = Reply::new(&document, Shown::Text(text))?.with_exit(exit_of(record, reread));
    Ok(reply.with_words(reread.words()))
}

/// A deal that is not what was agreed, or that ended otherwise, says so by its exit code.
fn exit_of(record: &DealRecord, reread: &Reread) -> Exit {
    let needs_a_person = !record.differences.is_empty() || record.attention.is_some();
    if needs_a_person { Exit::Disputed } else { reread.exit() }
}

/// A person saw what became of a deal.
async fn acknowledge(context: &Context, args: &Acknowledge) -> Result<Reply, Failure> {
    let wanted = Wanted::new(&args.deal_id);
    seam::with_session_on(context, wanted.ids(), async |session| {
        let key = wanted.deal_of(session.state())?.reference();
        port::allowed(&session.command(desk::Command::Acknowledge(key.clone())))?;
        let state = session.state();
        let Some(record) = state.deals.get(&key) else {
            return Err(Failure::new(Exit::Bug, "the deal is not known", ""));
        };
        let text = state.message.as_ref().map_or_else(String::new, |said| said.says.clone());
        let document = Document::new(state.setup.mode, session.now(), DealDoc::new(record, None));
        Reply::new(&document, Shown::Text(text))
    })
    .await
}

/// What the seller says is to be done, before anything that the desk says: it knows its own deal.
fn instructed(words: &BTreeMap<String, String>) -> Vec<String> {
    words.iter().map(|(dsp, says)| format!("{dsp:<9} {says}")).collect()
}

fn text(body: &DealShowDoc, now: Timestamp) -> String {
    let deal = &body.deal;
    let currency = known(deal.pricing.currency.clone());
    let mut lines = vec![
        format!("deal      {}  ({})  {}", deal.deal_id, deal.seller, deal.stage),
        format!("ours      {}   theirs  {}", deal.ours, known(deal.theirs.clone())),
        format!("product   {}  {}", deal.product.product_id, known(deal.product.name.clone())),
        format!(
            "price     {} {currency} CPM, agreed {} {}",
            known(deal.pricing.final_cpm.clone()),
            deal.agreed_cpm,
            deal.agreed_in
        ),
        format!(
            "volume    {} impressions, {} to {}",
            known(deal.terms.impressions.map(money::count)),
            known(deal.terms.flight_start.clone()),
            known(deal.terms.flight_end.clone())
        ),
        format!("cost      {} {currency}", known(deal.cost.clone())),
    ];
    let made = made((deal.created_at.map(|at| at.0), deal.seller_id.as_deref()), None, now);
    lines.extend(made.map(|made| format!("made      {made}")));
    if let Some(cover) = &deal.cover {
        let saved = deal.savings.vs_cover.as_ref();
        let saved = saved
            .map_or_else(String::new, |saved| format!(", {saved} {} against it", deal.agreed_in));
        let (seller, quote) = (&cover.seller, &cover.quote_id);
        lines.push(format!(
            "runner-up {seller} ({quote}) {} {} CPM{saved}",
            cover.cpm, cover.currency
        ));
    }
    lines.extend(deal.differences.iter().map(|difference| {
        format!(
            "DIFFERS   {}: agreed {}, booked {}",
            difference.field, difference.agreed, difference.booked
        )
    }));
    lines.extend(deal.attention.iter().map(|says| format!("NEEDS YOU {says}")));
    lines.extend(deal.replaced_by.iter().map(|id| format!("REPLACED  {id} stands for it")));
    lines.extend(instructed(&deal.activation_instructions));
    lines.extend(body.activation.lint.iter().map(LintDoc::line));
    lines.extend(body.rounds.iter().map(|round| {
        let RoundDoc { round, by, action, cpm, rationale, at } = round;
        let cpm = cpm.as_ref().map_or_else(String::new, |cpm| format!(" {cpm}"));
        let words = rationale.as_ref().map_or_else(String::new, |words| format!("  “{words}”"));
        format!("round {round:<3} {}  {by} {action}{cpm}{words}", out::time(*at))
    }));
    lines.extend(body.transitions.iter().map(|change| {
        let from = change.from.as_deref().unwrap_or("–");
        format!("{}  {from} → {}  by {}", out::time(change.at), change.to, change.by)
    }));
    out::cleaned(&lines.join("\n"))
}
