//! Having orders made and changed. A seller cannot tell a repeat from a second wish: what got no answer
//! is unknown (exit 9), and a person looks at the list before asking again.

use std::time::Duration;

use rust_decimal::Decimal;

use super::{order, read, shown, silent};
use crate::{
    cli::{
        exit::Exit,
        fail::Failure,
        find::Wanted,
        out::{self, Shown},
        port::{Session, allowed},
        reply::Reply,
    },
    desk::{self, Fact, OrderIntent, OrderOutcome, State, Stored, log::What, state::Purpose},
    domain::{
        ChangeAsk, DealRef, Order, OrderAnswer, OrderAsk, OrderId, SellerName, letters,
        money::{Mistyped, typed},
        order::{ChangeType, Diff, Given},
        text,
    },
    json::{
        Document, ErrorDoc,
        order::{AskedDoc, ChangeDoc, OrderDoc},
    },
};

/// `orders create`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Create {
    /// For this deal of yours
    #[arg(long, value_name = "DEAL")]
    pub(super) deal: String,
    /// Something the seller should keep with it; give it again for more
    #[arg(long, value_name = "NAME=VALUE", value_parser = given)]
    pub(super) set: Vec<(String, Given)>,
    /// The word that sends it: create
    #[arg(long, value_name = "WORD")]
    pub(super) confirm: String,
}

/// `orders change`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Change {
    /// SELLER/ORDER
    #[arg(value_name = "SELLER/ORDER", value_parser = order)]
    pub(super) order: (SellerName, OrderId),
    /// `flight_dates`, `impressions`, `pricing`, `creative`, `targeting`, `cancellation` or `other`
    #[arg(long = "type", value_name = "TYPE", value_parser = change_type)]
    pub(super) kind: ChangeType,
    /// What a field is to be; give it again for more
    #[arg(long, value_name = "FIELD=VALUE", value_parser = given)]
    pub(super) set: Vec<(String, Given)>,
    /// Why, for the seller
    #[arg(long, value_name = "WORDS")]
    pub(super) reason: String,
    /// The word that sends it: change
    #[arg(long, value_name = "WORD")]
    pub(super) confirm: String,
}

/// `name=value`. An amount or a number of impressions is read as people write one; anything else is sent as
/// it was typed, as a number where it stays the same as one.
pub(super) fn given(typed: &str) -> Result<(String, Given), String> {
    let (name, value) = typed.split_once('=').unwrap_or_default();
    let name = text::clean(name, 80).trim().to_owned();
    if name.is_empty() {
        return Err("write NAME=VALUE, like budget=12500.50".to_owned());
    }
    let number = if is_counted(&name) {
        number(value).map_err(|no| format!("{value:?}: {no}"))?
    } else {
        unchanged(value)
    };
    Ok((name, number.map_or_else(|| Given::Text(text::prose(value)), Given::Number)))
}

/// Whether a field of this name holds money or impressions, as far as its name tells: `budget`,
/// `total_budget`, `targetCpm`, but not `price_list_ids`.
fn is_counted(name: &str) -> bool {
    const COUNTED: &[&str] = &[
        "budget",
        "spend",
        "cost",
        "price",
        "cpm",
        "amount",
        "fee",
        "floor",
        "bid",
        "bidfloor",
        "impressions",
    ];
    const OTHER: &[&str] = &[
        "id", "ids", "code", "codes", "name", "names", "list", "lists", "key", "keys", "type",
        "types", "model", "models", "card", "cards", "segments", "groups",
    ];
    let words = letters::words_of(name);
    let has = |any: &[&str]| words.split('_').any(|word| any.contains(&word));
    has(COUNTED) && !has(OTHER)
}

/// The number that a value is where it is sent just as it was typed, and kept so by whoever reads JSON
/// numbers as doubles.
fn unchanged(value: &str) -> Option<Decimal> {
    const DIGITS_OF_A_DOUBLE: usize = 15;
    let (is_below, digits) = value.strip_prefix('-').map_or((false, value), |rest| (true, rest));
    let mut number = typed::of_a_program(digits)?;
    let is_same = number.to_string() == digits && !(is_below && number.is_zero());
    let is_kept = digits.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_OF_A_DOUBLE;
    number.set_sign_negative(is_below);
    (is_same && is_kept).then_some(number)
}

/// The number that a value is, as people write one.
fn number(value: &str) -> Result<Option<Decimal>, Mistyped> {
    let (minus, digits) = value.strip_prefix('-').map_or(("", value), |digits| ("-", digits));
    // 007 and 1e3 are no plain numbers: they would be sent as something else than was typed.
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'_'));
    let is_id = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if !is_plain || is_id {
        return Ok(None);
    }
    match typed::factor(digits) {
        Ok(mut number) => {
            number.set_sign_negative(!minus.is_empty() && !number.is_zero());
            Ok(Some(number))
        }
        Err(Mistyped::Not(_)) => Ok(None),
        Err(no @ (Mistyped::Two(..) | Mistyped::Currency(..))) => Err(no),
    }
}

fn change_type(typed: &str) -> Result<ChangeType, String> {
    use strum::IntoEnumIterator as _;
    let all = || ChangeType::iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(", ");
    typed.replace('-', "_").parse().map_err(|_| format!("use one of {}", all()))
}

pub(super) async fn create(
    session: &mut impl Session,
    wait: Duration,
    create: &Create,
) -> Result<Reply, Failure> {
    let record = Wanted::new(&create.deal).deal_of(session.state())?;
    let (seller, deal) = (record.deal.seller.clone(), &record.deal);
    let ask = OrderAsk::Create {
        deal_id: Some(deal.deal_id.clone()),
        quote_id: deal.quote_id.clone(),
        metadata: create.set.iter().cloned().collect(),
    };
    send(session, wait, seller, (ask, &create.confirm)).await
}

pub(super) async fn change(
    session: &mut impl Session,
    wait: Duration,
    change: &Change,
) -> Result<Reply, Failure> {
    let (seller, order_id) = &change.order;
    // The desk changes only what it was told is of a deal of ours.
    let read = read::one(session, wait, seller, OrderAsk::Get(order_id.clone())).await?;
    let OrderAnswer::Order(order) = read else { return Err(silent(seller)) };
    let ask = OrderAsk::RequestChange(ChangeAsk {
        order_id: order_id.clone(),
        change_type: change.kind,
        diffs: diffs(session.state(), (seller, &order), &change.set),
        proposed: change.set.iter().cloned().collect(),
        reason: text::prose(&change.reason),
        requested_by: String::new(),
        idempotency_key: String::new(),
    });
    send(session, wait, seller.clone(), (ask, &change.confirm)).await
}

/// Field by field, with what the order has there now; what it leaves to its deal, the deal has.
fn diffs(
    state: &State,
    (seller, order): (&SellerName, &Order),
    set: &[(String, Given)],
) -> Vec<Diff> {
    let deal_id = order.deal_id.clone();
    let key = deal_id.map(|deal_id| DealRef { seller: seller.clone(), deal_id });
    let deal = key.and_then(|key| state.deals.get(&key)).map(|record| &record.deal);
    let diff = |(field, new): &(String, Given)| Diff {
        field: field.clone(),
        old: order.metadata.get(field).cloned().or_else(|| deal?.given(field)),
        new: Some(new.clone()),
    };
    set.iter().map(diff).collect()
}

/// Sends it through the desk, and waits for what becomes of it.
async fn send(
    session: &mut impl Session,
    wait: Duration,
    seller: SellerName,
    (ask, typed): (OrderAsk, &str),
) -> Result<Reply, Failure> {
    out::progress(&format!("asking {seller} …"));
    let typed = typed.to_owned();
    let since = session.state().log.made();
    let command = desk::Command::SendOrder { seller: seller.clone(), ask: ask.clone(), typed };
    allowed(&session.command(command))?;
    session.until(wait, |state| !is_under_way(state)).await;
    let state = session.state();
    let Some(intent) = sent(state, since, (&seller, &ask)) else {
        return Err(unsent(state, since));
    };
    let ending = ending(state, since, &intent.id).unwrap_or_else(|| OrderOutcome::Unknown {
        why: "no answer in time; the next desk tells what is known of it".to_owned(),
    });
    reply(session, &intent, &ending)
}

fn is_under_way(state: &State) -> bool {
    let storing = state.storing.iter().any(|(stored, _)| matches!(stored, Stored::Order(_)));
    let flights = state.in_flight.values();
    storing || flights.map(|flight| &flight.purpose).any(|p| matches!(p, Purpose::SendOrder(..)))
}

/// What the log got after line `since`, the newest first.
fn logged(state: &State, since: u64) -> impl Iterator<Item = &What> {
    let lines = state.log.lines().iter().rev().take_while(move |line| line.number > since);
    lines.map(|line| &line.what)
}

fn facts(state: &State, since: u64) -> impl Iterator<Item = &Fact> {
    logged(state, since).filter_map(|what| match what {
        What::Fact(entry) => Some(&entry.fact),
        What::Exchange(..) | What::Refused(_) => None,
    })
}

/// What was stored, if it came to that.
fn sent(state: &State, since: u64, (seller, ask): (&SellerName, &OrderAsk)) -> Option<OrderIntent> {
    facts(state, since).find_map(|fact| {
        let Fact::OrderSent { intent } = fact else { return None };
        let ours = intent.owner == state.setup.owner && intent.ask.wishes_as(ask);
        (ours && intent.deal.seller == *seller).then(|| intent.clone())
    })
}

fn ending(state: &State, since: u64, wanted: &str) -> Option<OrderOutcome> {
    facts(state, since).find_map(|fact| {
        let Fact::OrderAnswered { id, ending, .. } = fact else { return None };
        (id == wanted).then(|| ending.clone())
    })
}

/// It was never stored, so nothing was sent: the newest refusal says why.
fn unsent(state: &State, since: u64) -> Failure {
    let refusal = logged(state, since).find_map(|what| match what {
        What::Refused(refusal) => Some(refusal),
        What::Fact(_) | What::Exchange(..) => None,
    });
    refusal.map_or_else(
        || Failure::new(Exit::NotSent, "it was not stored in time: nothing was sent", "try again"),
        |refusal| Failure::of_refusal(refusal),
    )
}

fn reply(
    session: &impl Session,
    intent: &OrderIntent,
    ending: &OrderOutcome,
) -> Result<Reply, Failure> {
    let (state, seller) = (session.state(), &intent.deal.seller);
    let tried = format!("asking for {}", intent.says());
    let (outcome, failure) = match ending {
        OrderOutcome::Done { .. } => ("done", None),
        OrderOutcome::Refused { error } => {
            ("refused", Some(Failure::of_seller(&tried, seller, error)))
        }
        OrderOutcome::NotSent { error } => {
            let failure = Failure::of_seller(&tried, seller, error);
            ("not_sent", Some(Failure { exit: Exit::NotSent, ..failure }))
        }
        OrderOutcome::Unknown { why } => {
            let says = format!("nobody knows what became of {}: {why}", intent.says());
            let cure = "look at `dealdesk orders list` and `orders changes` before you ask again";
            let failure = Failure::new(Exit::Unknown, says, cure);
            ("unknown", Some(Failure { seller: Some(seller.clone()), ..failure }))
        }
    };
    let answer = read::answer(state, seller, &intent.ask).and_then(Result::ok);
    let (mut order, mut change) = (None, None);
    match answer {
        Some(OrderAnswer::Order(read)) => {
            let ours = read::is_ours(state, seller, read.deal_id.as_ref());
            order = Some(OrderDoc::new(seller, &read, ours));
        }
        Some(OrderAnswer::Change(read)) => {
            // The desk sent it for an order of a deal of ours.
            change = Some(ChangeDoc::new(seller, &read, true));
        }
        _ => {}
    }
    let exit = failure.as_ref().map_or(Exit::Done, |failure| failure.exit);
    let mut lines = vec![format!("outcome  {outcome}")];
    if let OrderOutcome::Done { order_id, change_id, status } = ending {
        lines.push(format!("order    {}  ({seller})", shown(order_id.as_str())));
        lines.extend(change_id.iter().map(|id| format!("change   {}", shown(id.as_str()))));
        lines.push(format!("status   {status}"));
    }
    let body = AskedDoc {
        outcome,
        seller: seller.0.clone(),
        deal_id: intent.deal.deal_id.0.clone(),
        order,
        change,
        error: failure.as_ref().map(ErrorDoc::new),
        exit: exit.code(),
    };
    let document = Document::new(state.setup.mode, session.now(), body);
    let words = failure.map(|failure| failure.to_string());
    let text = out::cleaned(&lines.join("\n"));
    Ok(Reply::new(&document, Shown::Text(text))?.with_exit(exit).with_words(words))
}
