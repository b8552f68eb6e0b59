//! An order made or changed: whatever goes wrong on the way, it left once, and the desk says it was
//! taken only where the seller said so. The judge is the seller's own list.

use std::collections::BTreeMap;

use dealdesk::{
    desk::{BookingState, Command, Confirmation, OrderOutcome, State, log::What, state::Purpose},
    domain::{
        ChangeAsk, DealRef, OrderAnswer, OrderAsk, OrderFilter, Question, SellerName,
        order::{ChangeType, Given},
    },
    runtime::Session,
    sim::{Fault, InjectedFault, iab::requests},
    store::Location,
};
use jiff::SignedDuration;

use super::{
    guise::Dated,
    stores::{TROUBLES, Trouble, fails, leaves, raw_reply, spilled, stored, takes_its_time, usual},
    support::{SELLERS, Shop, arm, confirm, quote, seconds, some_day, until},
    wire::{Ticks, Way},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    Create,
    Change,
    Cancel,
}

const WRITES: [Write; 3] = [Write::Create, Write::Change, Write::Cancel];

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Taken,
    Refused,
    NotSent,
    Unknown,
}

/// How a seller takes it: the name, what it does, how that ends, and whether it acted.
type Row = (&'static str, Option<Fault>, Ends, bool);

fn rows() -> Vec<Row> {
    use Ends::{NotSent, Refused, Taken, Unknown};
    let refuses = |status, code| Some(Fault::Refuses { status, code });
    let broken = |status, acts| Some(Fault::Broken { status, acts });
    let throttled = |says| Some(Fault::Throttled { says, retry_after_s: Some(7) });
    vec![
        ("2xx", None, Taken, true),
        ("2xx, no JSON", Some(Fault::Garbled), Unknown, true),
        ("2xx, far too long", Some(Fault::Huge(9_000_000)), Unknown, true),
        ("a proxy's page, acted", Some(Fault::Html), Unknown, true),
        ("202, acted", Some(Fault::Undecided { status: 202, acts: true }), Unknown, true),
        ("202, not decided", Some(Fault::Undecided { status: 202, acts: false }), Unknown, false),
        ("200 pending", Some(Fault::Undecided { status: 200, acts: false }), Unknown, false),
        ("429, says so", throttled(true), NotSent, false),
        ("429, does not say", throttled(false), Unknown, false),
        ("503", Some(Fault::Unavailable), Unknown, false),
        ("500, acted", broken(500, true), Unknown, true),
        ("502, did not act", broken(502, false), Unknown, false),
        ("504, acted", broken(504, true), Unknown, true),
        ("400", refuses(400, "validation"), Refused, false),
        ("401", refuses(401, ""), Refused, false),
        ("403", refuses(403, ""), Refused, false),
        ("404", refuses(404, "order_not_found"), Refused, false),
        ("409", refuses(409, "busy"), Unknown, false),
        ("422", refuses(422, "validation_failed"), Refused, false),
    ]
}

/// Where the connection is cut, how that ends, and whether the seller acts; `None` is as its row says.
type Cut = (Way, Option<(Ends, Option<bool>)>);

const CUTS: [Cut; 14] = [
    (Way::Whole, None),
    (Way::Refused, Some((Ends::NotSent, Some(false)))),
    (Way::Reset, Some((Ends::Unknown, Some(false)))),
    (Way::OldReset, Some((Ends::Unknown, Some(false)))),
    (Way::Silence, Some((Ends::Unknown, Some(false)))),
    (Way::Lost, Some((Ends::Unknown, None))),
    (Way::HalfHead, Some((Ends::Unknown, None))),
    (Way::HalfBody, Some((Ends::Unknown, None))),
    (Way::LostInSilence, Some((Ends::Unknown, None))),
    (Way::Held(3), Some((Ends::Unknown, None))),
    (Way::Held(9), Some((Ends::Unknown, None))),
    (Way::Held(60), Some((Ends::Unknown, None))),
    (Way::AtWork(60), Some((Ends::Unknown, None))),
    (Way::AtWork(600), Some((Ends::Unknown, None))),
];

/// What is odd about a seller beside that, which changes nothing about its orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    Nothing,
    In(&'static str, u32),
    Dated(Dated),
}

const ODDS: [Odd; 4] =
    [Odd::Nothing, Odd::In("EUR", 1), Odd::In("JPY", 100), Odd::Dated(Dated::Behind(120))];

/// All is cut everywhere where it goes well; else only what a reply says matters, since a cut takes it
/// away. Beside what is odd, in one place.
fn cuts(nth: usize, odd: Odd) -> Vec<&'static Cut> {
    let is_lost = |(way, _): &&Cut| matches!(way, Way::Whole | Way::Lost);
    match (nth, odd) {
        (0, Odd::Nothing) => CUTS.iter().collect(),
        (0, _) => CUTS.iter().filter(is_lost).collect(),
        (_, _) => CUTS[..1].iter().collect(),
    }
}

/// A desk that booked a deal: which.
async fn with_a_deal(desk: &mut Session, clock: &Ticks, shop: &Shop) -> DealRef {
    let key = quote(desk, clock, shop).await;
    let ticket = arm(desk, clock, &key).await;
    // Another currency than the limits have is asked about.
    if let Some((_, Question::Cost(cost))) = ticket.question() {
        assert_eq!(desk.command(Command::Confirm(Confirmation::Cost(*cost))), []);
    }
    confirm(desk, &ticket);
    let booked = |state: &State| {
        state.deals.len() == 1 && state.bookings.values().all(|b| b.state == BookingState::Done)
    };
    assert!(until(desk, clock, seconds(30), booked).await);
    desk.state().deals.keys().next().unwrap().clone()
}

/// Asks the seller for its list, or for one of its orders.
async fn read(desk: &mut Session, clock: &Ticks, shop: &Shop, ask: OrderAsk) -> OrderAnswer {
    assert!(desk.command(Command::AskOrders(shop.name.into(), ask.clone())).is_empty());
    let read = |state: &State| state.in_flight.values().all(|f| f.purpose != Purpose::Orders);
    assert!(until(desk, clock, seconds(60), read).await);
    let (asked, result) =
        desk.state().sellers[&SellerName::from(shop.name)].orders.clone().unwrap();
    assert_eq!(asked, ask);
    result.unwrap()
}

fn create(deal: &DealRef) -> OrderAsk {
    let metadata = [("name".to_owned(), Given::Text("Q3".to_owned()))].into();
    OrderAsk::Create { deal_id: Some(deal.deal_id.clone()), quote_id: None, metadata }
}

fn send(desk: &mut Session, deal: &DealRef, ask: OrderAsk) {
    let typed = if matches!(ask, OrderAsk::Create { .. }) { "create" } else { "change" };
    let (seller, typed) = (deal.seller.clone(), typed.to_owned());
    let refused = desk.command(Command::SendOrder { seller, ask, typed });
    assert!(refused.is_empty(), "{refused:?}");
}

/// What the log has of how the newest one ended.
fn ending(state: &State) -> Option<OrderOutcome> {
    state.log.lines().iter().rev().find_map(|line| {
        let What::Fact(entry) = &line.what else { return None };
        let dealdesk::desk::Fact::OrderAnswered { ending, .. } = &entry.fact else { return None };
        Some(ending.clone())
    })
}

fn answers(state: &State) -> usize {
    let facts = state.log.lines().iter().filter_map(|line| match &line.what {
        What::Fact(entry) => Some(entry.fact.kind()),
        What::Exchange(..) | What::Refused(_) => None,
    });
    facts.filter(|kind| *kind == "order.answered").count()
}

impl Write {
    /// What is asked of a desk with a deal; for a change, an order is made and read first.
    async fn ask(self, desk: &mut Session, clock: &Ticks, shop: &Shop, deal: &DealRef) -> OrderAsk {
        if self == Self::Create {
            return create(deal);
        }
        send(desk, deal, create(deal));
        assert!(until(desk, clock, seconds(30), |state| answers(state) == 1).await);
        let Some(OrderOutcome::Done { order_id, .. }) = ending(desk.state()) else {
            panic!("{:?}", ending(desk.state()))
        };
        read(desk, clock, shop, OrderAsk::Get(order_id.clone())).await;
        let more = [("impressions".to_owned(), Given::Number(900_000.into()))];
        let (change_type, proposed, reason) = match self {
            Self::Cancel => (ChangeType::Cancellation, BTreeMap::new(), "over"),
            Self::Create | Self::Change => (ChangeType::Impressions, more.into(), "more"),
        };
        OrderAsk::RequestChange(ChangeAsk {
            order_id,
            change_type,
            diffs: Vec::new(),
            proposed,
            reason: reason.to_owned(),
            requested_by: String::new(),
            idempotency_key: String::new(),
        })
    }

    /// How many the seller has.
    async fn made(self, desk: &mut Session, clock: &Ticks, shop: &Shop) -> usize {
        let all = OrderFilter::default();
        let ask = if self == Self::Create { OrderAsk::List(all) } else { OrderAsk::Changes(all) };
        match read(desk, clock, shop, ask).await {
            OrderAnswer::Orders(orders) => orders.len(),
            OrderAnswer::Changes(changes) => changes.len(),
            other @ (OrderAnswer::Order(_)
            | OrderAnswer::Change(_)
            | OrderAnswer::History { .. }) => panic!("{other:?}"),
        }
    }
}

async fn cell(
    seller: (&'static str, &'static str),
    write: Write,
    (row, cut): (&Row, &Cut),
    odd: Odd,
) {
    let ((name, fault, whole, acts), (way, cut)) = (row, cut);
    let what = format!("{}: {write:?}, {name}, {odd:?}, {way:?}", seller.0);
    let (ends, made) = cut.map_or((*whole, *acts), |(ends, made)| (ends, made.unwrap_or(*acts)));
    let clock = Ticks::new(some_day());
    let times = if let Odd::In(_, times) = odd { times } else { 1 };
    let shop = Shop::priced(seller, 7, clock.clone(), times);
    shop.wire.disguise(|guise| match odd {
        Odd::Nothing => {}
        Odd::In(currency, _) => guise.currency = Some(currency),
        Odd::Dated(dated) => guise.dated = Some(dated),
    });
    let mut desk = shop.open(Location::Memory).await;
    let deal = with_a_deal(&mut desk, &clock, &shop).await;
    let ask = write.ask(&mut desk, &clock, &shop, &deal).await;
    let (before, left) = (answers(desk.state()), shop.wire.orders().len());
    if let Some(fault) = fault.clone() {
        let asks = requests::ORDER_WRITES;
        shop.seller.arm(InjectedFault::Fail { fault, requests: asks, times: 9 }, desk.now());
    }
    shop.wire.fails(*way);
    send(&mut desk, &deal, ask.clone());
    let answered = |state: &State| answers(state) > before;
    assert!(until(&mut desk, &clock, seconds(120), answered).await, "{what}");
    let found = match ending(desk.state()).unwrap() {
        OrderOutcome::Done { .. } => Ends::Taken,
        OrderOutcome::Refused { .. } => Ends::Refused,
        OrderOutcome::NotSent { .. } => Ends::NotSent,
        OrderOutcome::Unknown { .. } => Ends::Unknown,
    };
    assert_eq!(found, ends, "{what}: {:?}", ending(desk.state()));

    // A desk that is left open sends nothing more, and says what it does not know.
    until(&mut desk, &clock, SignedDuration::from_mins(20), |_| false).await;
    shop.wire.catch_up();
    assert_eq!(shop.wire.orders().len(), left + 1, "{what}: it left once");
    assert_eq!(write.made(&mut desk, &clock, &shop).await, usize::from(made), "{what}");
    let doubt = desk.state().controls.orders.values().filter(|intent| intent.in_doubt).count();
    assert_eq!(doubt, usize::from(ends == Ends::Unknown), "{what}");
    assert_eq!(desk.state().exposure.committed, desk.state().exposure.total(), "{what}");
}

#[tokio::test]
async fn an_order_leaves_once_however_it_is_taken_and_wherever_it_is_cut() {
    let rows = rows();
    for seller in SELLERS {
        for write in WRITES {
            for odd in ODDS {
                for (nth, row) in rows.iter().enumerate() {
                    for cut in cuts(nth, odd) {
                        cell(seller, write, (row, cut), odd).await;
                    }
                }
            }
        }
    }
    eprintln!("orders: {} rows, each cut at {} places", rows.len(), CUTS.len());
}

/// More quotes than fit into the last page of a store.
const QUOTES: usize = 8;

/// The store fails between the intent and the answer; then `heals`, or the desk dies of it.
async fn store_fails(
    seller: (&'static str, &'static str),
    write: Write,
    trouble: Trouble,
    heals: bool,
) {
    let what = format!("{}: {write:?}, {trouble:?}, heals {heals}", seller.0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    let mut desk = shop.desk();
    desk.attach_tuned(Location::File(path.clone()), usual()).await.unwrap();
    let deal = with_a_deal(&mut desk, &clock, &shop).await;
    let ask = write.ask(&mut desk, &clock, &shop, &deal).await;
    let before = answers(desk.state());
    takes_its_time(&shop, requests::ORDER_WRITES, desk.now());
    send(&mut desk, &deal, ask);
    let sending = |state: &State| {
        state.in_flight.values().any(|f| matches!(f.purpose, Purpose::SendOrder(..)))
    };
    assert!(until(&mut desk, &clock, seconds(0), sending).await, "{what}");
    let other = fails(&mut desk, trouble, &path).await;
    if trouble == Trouble::Full {
        // What became of an order is little, and a full store may have a corner left for it.
        for _ in 0..QUOTES {
            let (seller, ask) = (shop.name.into(), shop.ask(&desk));
            desk.command(Command::RequestQuote { seller, ask, rfq: None });
        }
    }
    let troubled = |state: &State| state.trouble.is_some() && answers(state) > before;
    assert!(until(&mut desk, &clock, seconds(30), troubled).await, "{what}");
    let Some(OrderOutcome::Done { order_id, change_id, .. }) = ending(desk.state()) else {
        panic!("{what}: {:?}", ending(desk.state()))
    };
    until(&mut desk, &clock, seconds(30), |_| false).await;
    assert!(desk.state().trouble.is_some(), "{what}: it is shown until it is over");
    let raw = raw_reply(&shop, &path, &what);
    let id = change_id.map_or_else(|| order_id.to_string(), |id| id.to_string());
    assert!(raw.contains(&id), "{what}: the raw reply: {raw}");

    leaves((desk, other), (&clock, &path), heals, &what).await;
    for _ in 0..2 {
        let mut next = shop.open(Location::File(path.clone())).await;
        let known = |state: &State| state.controls.orders.is_empty();
        assert!(until(&mut next, &clock, seconds(30), known).await, "{what}");
        assert_eq!(write.made(&mut next, &clock, &shop).await, 1, "{what}");
        next.close(std::time::Duration::from_secs(5)).await.unwrap();
    }
    assert_eq!(spilled(&path), [], "{what}: the file is gone");
    assert_eq!(stored(&path, "order.answered"), before + 1, "{what}: one outcome");
    assert_eq!(shop.wire.orders().len(), before + 1, "{what}");
}

#[tokio::test]
async fn an_answer_that_the_store_cannot_take_is_kept_beside_it_and_taken_in_once() {
    for seller in SELLERS {
        for write in WRITES {
            for trouble in TROUBLES {
                for heals in [true, false] {
                    store_fails(seller, write, trouble, heals).await;
                }
            }
        }
    }
}
