//! Bookings whose outcome is awaited: they have no Deal ID yet, and their money is held. `deals list` has
//! them beside the deals, and `deals show` shows one by the id of its quote.

use super::super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    listing::Beside,
    out::{self, Shown},
    records::Records,
    reply::{Reply, written},
    table::known,
};
use crate::{
    desk::BookingRecord,
    domain::{SellerName, Stage, text},
    json::{
        Document,
        awaited::{AwaitedDoc, AwaitedShowDoc},
        fact::FactDoc,
    },
    store::{BookingFilter, Reader},
};

/// The longest words of a seller that stand in a row, in terminal cells: what to do stands before them.
const SAYS: usize = 120;

/// The bookings of a list of deals, by the filters of the list.
pub(super) fn beside(
    reader: Option<&Reader>,
    (seller, stage): (Option<&SellerName>, Option<Stage>),
) -> Result<Beside<11>, Failure> {
    let is_listed = |booking: &BookingRecord| {
        seller.is_none_or(|seller| *seller == booking.intent.quote.seller)
            && stage.is_none_or(|stage| Some(stage) == booking.state.stage())
    };
    let filter = BookingFilter { open: true, ..BookingFilter::default() };
    let found = reader.map_or_else(|| Ok(Vec::new()), |reader| reader.bookings(&filter))?;
    let docs: Vec<_> = found.iter().filter(|one| is_listed(one)).map(AwaitedDoc::new).collect();
    let field = ("bookings", written(&docs)?);
    Ok(Beside { rows: docs.iter().map(cells).collect(), fields: vec![field] })
}

/// A row among the deals. It has no Deal ID.
fn cells(item: &AwaitedDoc) -> [String; 11] {
    [
        "–".to_owned(),
        item.seller.clone(),
        item.stage.clone(),
        known::<String>(None),
        known(item.product()),
        known(item.deal_type.clone()),
        known(item.terms.as_ref().and_then(|terms| terms.impressions)),
        known(item.booking.ticket.confirmed_cpm.clone()),
        item.booking.cost.clone(),
        item.cost_in.clone(),
        words(item),
    ]
}

/// What a row says: whose money it is, what to do, and what is known.
fn words(item: &AwaitedDoc) -> String {
    let says = item.known.as_ref().map_or_else(String::new, |says| format!(" ({says})"));
    let words = format!(
        "! quote {} is not a deal yet: {} {} held, key {}; {}{}",
        item.quote_id,
        item.held,
        item.held_in,
        item.booking.ticket.idempotency_key,
        item.to_do,
        text::cut(&says, SAYS),
    );
    text::clean(&words, 400)
}

/// The booking of the quote that a person means instead of a deal: what it became, or that it is awaited.
pub(super) enum Found {
    /// The deal it became, as it is called.
    Deal(String),
    /// It has no deal yet.
    Awaited(Box<BookingRecord>),
}

/// What the booking of a quote with this id came to; `None` where there is no such quote, or its booking
/// is over without a deal.
pub(super) fn of_quote(context: &Context, typed: &str) -> Result<Option<Found>, Failure> {
    let records = Records::open(context)?;
    let quote = match records.quote(&Wanted::new(typed)) {
        Ok(quote) => quote,
        Err(failure) if failure.exit == Exit::NotFound => return Ok(None),
        Err(failure) => return Err(failure),
    };
    if let Some(deal) = &quote.deal {
        return Ok(Some(Found::Deal(format!("{}/{deal}", quote.quote.seller))));
    }
    let Some(reader) = records.reader() else { return Ok(None) };
    let filter =
        BookingFilter { open: true, quote: Some(quote.reference()), ..BookingFilter::default() };
    let found = reader.bookings(&filter)?.pop();
    Ok(found.map(|booking| Found::Awaited(Box::new(booking))))
}

/// A booking that is awaited, with everything that led to it.
pub(super) fn show(context: &Context, booking: &BookingRecord) -> Result<Reply, Failure> {
    let records = Records::open(context)?;
    let key = &booking.intent.quote;
    let trail = records.reader().map_or_else(|| Ok(Vec::new()), |r| r.trail_of_quote(key))?;
    let body = AwaitedShowDoc {
        awaited: AwaitedDoc::new(booking),
        audit: trail.iter().map(|row| FactDoc::new(row.seq, &row.entry)).collect(),
    };
    let shown = text(&body.awaited);
    let document = Document::new(context.config.mode, context.now(), body);
    Ok(Reply::new(&document, Shown::Text(shown))?.with_exit(Exit::of_booking(booking.state)))
}

fn text(item: &AwaitedDoc) -> String {
    let booking = &item.booking;
    let price = known(booking.ticket.confirmed_cpm.clone());
    let mut lines = vec![
        format!("deal      none yet  ({})  {}", item.seller, item.stage),
        format!("quote     {}", item.quote_id),
        format!("product   {}", known(item.product())),
        format!("price     {price} {} CPM, confirmed by {}", item.cost_in, booking.by),
        format!("cost      {} {}", booking.cost, item.cost_in),
        format!("held      {} {}", item.held, item.held_in),
        format!("ticket    {}  key {}", booking.ticket.id, booking.ticket.idempotency_key),
        match item.attempts {
            0 | 1 => format!("sent      once, {}", out::time(booking.at)),
            many => format!("sent      {many} times, first {}", out::time(booking.at)),
        },
    ];
    lines.extend(item.known.iter().map(|says| format!("known     {says}")));
    lines.extend(booking.evidence.iter().map(|seen| {
        format!("looked    {}  {}: {}", out::time(seen.at), seen.looked_at, seen.says)
    }));
    lines.push(format!("NEEDS YOU {}", item.to_do));
    out::cleaned(&lines.join("\n"))
}
