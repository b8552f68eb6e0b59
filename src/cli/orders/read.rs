//! Reading orders and change requests.

use std::{collections::BTreeSet, time::Duration};

use super::{order, shown, silent};
use crate::{
    cli::{
        fail::Failure,
        find::Wanted,
        missing::{exit_of, words_of},
        out::{self, Shown},
        port::{Session, allowed, some_sellers},
        reply::Reply,
        table::{Table, known},
    },
    desk::{self, OrderIntent, State, state::Purpose},
    domain::{
        DealId, DealRef, OrderAnswer, OrderAsk, OrderFilter, OrderId, SellerError, SellerName,
        order::OrderStatus,
    },
    json::{
        Document, Missing,
        order::{ChangeDoc, HistoryDoc, OrderDoc, ScopedDoc, StepDoc},
    },
};

/// `orders list`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct List {
    /// Of this seller; give it again for several [default: all]
    #[arg(long, value_name = "NAME")]
    pub(super) seller: Vec<String>,
    /// Of this deal
    #[arg(long, value_name = "DEAL")]
    pub(super) deal: Option<String>,
    /// In this status, in the seller's word
    #[arg(long, value_name = "WORD")]
    pub(super) status: Option<String>,
    /// Also those of other buyers, as the seller lists them
    #[arg(long)]
    pub(super) all: bool,
}

/// `orders changes`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Changes {
    /// Of this seller; give it again for several [default: all]
    #[arg(long, value_name = "NAME")]
    pub(super) seller: Vec<String>,
    /// Of this deal
    #[arg(long, value_name = "DEAL")]
    pub(super) deal: Option<String>,
    /// Of this order
    #[arg(long, value_name = "ORDER")]
    pub(super) order: Option<String>,
    /// Also those of other buyers, as the seller lists them
    #[arg(long)]
    pub(super) all: bool,
}

/// `orders show`, `orders history`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Show {
    /// SELLER/ORDER
    #[arg(value_name = "SELLER/ORDER", value_parser = order)]
    pub(super) order: (SellerName, OrderId),
}

/// The sellers that are asked, and what for; in words, who is not asked and why.
type Asked = (Vec<(SellerName, OrderFilter)>, Vec<String>);

/// What is wanted of each seller's list. Without `all` only what belongs to our deals: a seller with
/// none is not asked, since an empty filter would let everybody's orders through.
fn filters(
    state: &State,
    names: &[SellerName],
    deal: Option<&str>,
    all: bool,
) -> Result<Asked, Failure> {
    let (mut asked, mut words) = (Vec::new(), Vec::new());
    let ours = deal.filter(|_| !all).map(|deal| Wanted::new(deal).deal_of(state));
    let ours = ours.transpose()?.map(desk::DealRecord::reference);
    for name in names {
        let deal_ids: BTreeSet<DealId> = match (&ours, all) {
            (Some(key), _) => {
                let of_seller = Some(key).filter(|key| key.seller == *name);
                of_seller.map(|key| key.deal_id.clone()).into_iter().collect()
            }
            (None, true) => deal.into_iter().map(DealId::from).collect(),
            (None, false) => state.deals_with(name),
        };
        if !all && deal_ids.is_empty() {
            if ours.is_none() {
                words.push(format!("{name} is not asked: none of your deals is with it"));
            }
            continue;
        }
        asked.push((name.clone(), OrderFilter { deal_ids, ..OrderFilter::default() }));
    }
    Ok((asked, words))
}

fn scope(all: bool) -> &'static str {
    if all { "all" } else { "ours" }
}

/// What was asked of these sellers' orders without anybody knowing what became of it.
fn in_doubt(state: &State, names: &[SellerName]) -> Vec<String> {
    let orders = state.controls.orders.values();
    let doubt = orders.filter(|intent| intent.in_doubt && names.contains(&intent.deal.seller));
    let says = |intent: &OrderIntent| {
        format!("{}: nobody knows what became of {}", intent.deal.seller, intent.says())
    };
    doubt.map(says).collect()
}

/// Whose list was shown, in words.
fn said(all: bool) -> String {
    if all {
        "sellers list the orders of all their buyers; OURS marks those of your deals".to_owned()
    } else {
        "only those of your deals; --all shows what sellers list of other buyers too".to_owned()
    }
}

/// Asks each seller and waits. What did not come is in `partial`.
async fn ask(
    session: &mut impl Session,
    wait: Duration,
    asks: Vec<(SellerName, OrderAsk)>,
    partial: &mut Vec<Missing>,
) -> Vec<(SellerName, OrderAnswer)> {
    out::progress(&format!("asking {} sellers for their orders …", asks.len()));
    let mut asked = Vec::new();
    for (seller, ask) in asks {
        let refused = session.command(desk::Command::AskOrders(seller.clone(), ask.clone()));
        match refused.first() {
            Some(refusal) => partial.push(Missing::refused(&seller, refusal)),
            None => asked.push((seller, ask)),
        }
    }
    let asking =
        |state: &State| state.in_flight.values().any(|flight| flight.purpose == Purpose::Orders);
    session.until(wait, |state| !asking(state)).await;
    let mut came = Vec::new();
    for (seller, ask) in asked {
        match answer(session.state(), &seller, &ask) {
            Some(Ok(answer)) => came.push((seller, answer)),
            Some(Err(error)) => partial.push(Missing::new(&seller, &error)),
            None => partial.push(Missing::late(&seller, "no answer in time")),
        }
    }
    came
}

/// What a seller said to this question.
pub(super) fn answer(
    state: &State,
    seller: &SellerName,
    wanted: &OrderAsk,
) -> Option<Result<OrderAnswer, SellerError>> {
    let (ask, result) = state.sellers.get(seller)?.orders.as_ref()?;
    (ask == wanted).then(|| result.clone())
}

/// Asks one seller; what it says, or why it says nothing.
pub(super) async fn one(
    session: &mut impl Session,
    wait: Duration,
    seller: &SellerName,
    ask: OrderAsk,
) -> Result<OrderAnswer, Failure> {
    some_sellers(session.state(), std::slice::from_ref(&seller.0))?;
    allowed(&session.command(desk::Command::AskOrders(seller.clone(), ask.clone())))?;
    let asking =
        |state: &State| state.in_flight.values().any(|flight| flight.purpose == Purpose::Orders);
    session.until(wait, |state| !asking(state)).await;
    match answer(session.state(), seller, &ask) {
        Some(Ok(answer)) => Ok(answer),
        Some(Err(error)) => Err(Failure::of_seller("reading orders", seller, &error)),
        None => Err(silent(seller)),
    }
}

/// Whether a deal is one of ours.
pub(super) fn is_ours(state: &State, seller: &SellerName, deal: Option<&DealId>) -> bool {
    deal.is_some_and(|deal_id| {
        let key = DealRef { seller: seller.clone(), deal_id: deal_id.clone() };
        state.has_deal(&key)
    })
}

fn yes(ours: bool) -> String {
    if ours { "yes" } else { "no" }.to_owned()
}

pub(super) async fn list(
    session: &mut impl Session,
    wait: Duration,
    list: &List,
) -> Result<Reply, Failure> {
    let names = some_sellers(session.state(), &list.seller)?;
    let (filters, mut words) = filters(session.state(), &names, list.deal.as_deref(), list.all)?;
    let ask_of = |filter| OrderAsk::List(OrderFilter { status: list.status.clone(), ..filter });
    let asks = filters.into_iter().map(|(name, filter)| (name, ask_of(filter))).collect();
    let mut partial = Vec::new();
    let came = ask(session, wait, asks, &mut partial).await;
    let state = session.state();
    let mut items = Vec::new();
    for (seller, answer) in &came {
        let OrderAnswer::Orders(orders) = answer else { continue };
        items.extend(orders.iter().map(|order| {
            OrderDoc::new(seller, order, is_ours(state, seller, order.deal_id.as_ref()))
        }));
    }
    let mut table = Table::new(&["SELLER", "ORDER", "STATUS", "DEAL", "OURS", "MADE"]);
    for item in &items {
        table.row([
            item.seller.clone(),
            shown(&item.order_id),
            known(item.raw_status.clone()),
            item.deal_id.as_deref().map_or_else(|| "–".to_owned(), shown),
            yes(item.ours),
            known(item.created_at.map(out::time)),
        ]);
    }
    words.extend(words_of(&partial));
    words.extend(in_doubt(state, &names));
    words.push(said(list.all));
    let exit = exit_of(came.len(), &partial);
    let body = ScopedDoc { scope: scope(list.all), items, partial };
    let document = Document::new(state.setup.mode, session.now(), body);
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}

pub(super) async fn changes(
    session: &mut impl Session,
    wait: Duration,
    changes: &Changes,
) -> Result<Reply, Failure> {
    let names = some_sellers(session.state(), &changes.seller)?;
    let (filters, mut words) =
        filters(session.state(), &names, changes.deal.as_deref(), changes.all)?;
    let order_ids: Vec<_> = changes.order.as_deref().map(OrderId::from).into_iter().collect();
    let ask_of = |filter| OrderAsk::Changes(OrderFilter { order_ids: order_ids.clone(), ..filter });
    let asks = filters.into_iter().map(|(name, filter)| (name, ask_of(filter))).collect();
    let mut partial = Vec::new();
    let came = ask(session, wait, asks, &mut partial).await;
    let state = session.state();
    let mut items = Vec::new();
    for (seller, answer) in &came {
        let OrderAnswer::Changes(list) = answer else { continue };
        items.extend(list.iter().map(|change| {
            ChangeDoc::new(seller, change, is_ours(state, seller, change.deal_id.as_ref()))
        }));
    }
    let mut table =
        Table::new(&["SELLER", "CHANGE", "ORDER", "DEAL", "OURS", "TYPE", "SEVERITY", "STATUS"]);
    for item in &items {
        table.row([
            item.seller.clone(),
            shown(&item.change_id),
            item.order_id.as_deref().map_or_else(|| "–".to_owned(), shown),
            item.deal_id.as_deref().map_or_else(|| "–".to_owned(), shown),
            yes(item.ours),
            known(item.change_type.clone()),
            known(item.severity.clone()),
            known(item.raw_status.clone()),
        ]);
    }
    words.extend(words_of(&partial));
    words.extend(in_doubt(state, &names));
    words.push(said(changes.all));
    let exit = exit_of(came.len(), &partial);
    let body = ScopedDoc { scope: scope(changes.all), items, partial };
    let document = Document::new(state.setup.mode, session.now(), body);
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}

pub(super) async fn show(
    session: &mut impl Session,
    wait: Duration,
    show: &Show,
) -> Result<Reply, Failure> {
    let (seller, id) = &show.order;
    let OrderAnswer::Order(order) = one(session, wait, seller, OrderAsk::Get(id.clone())).await?
    else {
        return Err(silent(seller));
    };
    let state = session.state();
    let ours = is_ours(state, seller, order.deal_id.as_ref());
    let body = OrderDoc::new(seller, &order, ours);
    let deal = body.deal_id.as_deref().map_or_else(|| "–".to_owned(), shown);
    let mut lines = vec![
        format!("order     {}  ({})", shown(&body.order_id), body.seller),
        format!("status    {}   theirs  {}", order.status, known(body.raw_status.clone())),
        format!("deal      {deal}   ours  {}", yes(ours)),
        format!("made      {}", known(body.created_at.map(out::time))),
    ];
    lines.extend(body.metadata.iter().map(|(name, value)| format!("{name:<9} {value}")));
    lines.extend(body.steps.iter().map(line));
    let words = (!ours).then(|| "this order is of none of your deals".to_owned());
    let document = Document::new(state.setup.mode, session.now(), body);
    let text = out::cleaned(&lines.join("\n"));
    Ok(Reply::new(&document, Shown::Text(text))?.with_words(words))
}

pub(super) async fn history(
    session: &mut impl Session,
    wait: Duration,
    show: &Show,
) -> Result<Reply, Failure> {
    let (seller, id) = &show.order;
    let OrderAnswer::History { status, steps } =
        one(session, wait, seller, OrderAsk::History(id.clone())).await?
    else {
        return Err(silent(seller));
    };
    let body = HistoryDoc {
        seller: seller.0.clone(),
        order_id: id.0.clone(),
        status: status.parse().unwrap_or(OrderStatus::Other),
        raw_status: Some(status).filter(|status| !status.is_empty()),
        steps: steps.iter().map(StepDoc::new).collect(),
    };
    let mut lines = vec![format!(
        "{}  ({})  {}",
        shown(&body.order_id),
        body.seller,
        known(body.raw_status.clone())
    )];
    lines.extend(body.steps.iter().map(line));
    let document = Document::new(session.state().setup.mode, session.now(), body);
    Reply::new(&document, Shown::Text(out::cleaned(&lines.join("\n"))))
}

/// A step in one line.
fn line(step: &StepDoc) -> String {
    let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "–".to_owned());
    format!(
        "{}  {} → {}  by {}  {}",
        known(step.at.map(out::time)),
        word(&step.from),
        word(&step.to),
        word(&step.actor),
        step.reason.clone().unwrap_or_default()
    )
    .trim_end()
    .to_owned()
}
