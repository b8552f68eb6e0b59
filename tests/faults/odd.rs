//! The fault matrix beside a seller that is odd: its quote is not what was asked, its terms change while
//! a ticket is armed or a booking in doubt, it sells in another currency, its replies are dated long ago.

use std::{collections::BTreeMap, mem::discriminant};

use dealdesk::{
    desk::{BookingState, Command, Confirmation, State, Ticket, TicketState},
    domain::{Currency, QuoteRef},
    runtime::Session,
    sim::{Fault, InjectedFault, Requests, iab::requests},
    store::Location,
};
use rust_decimal::Decimal;
use strum::IntoEnumIterator as _;

use super::{
    cells::{CUTS, Column, Ends, Outcome, SCRIPT, outcomes},
    guise::{Dated, Term},
    support::{
        IMPRESSIONS, SELLERS, Shop, all_known, booking, nothing_is_lost, quote, rates, seconds,
        settle, some_day, until,
    },
    wire::{Ticks, Way},
};

/// Whatever speaks of a quote or of what became of it.
const ALL: &[Requests] =
    &[requests::QUOTES, requests::QUOTE_READS, requests::BOOKINGS, requests::DEAL_READS];

/// How long a desk is left open: longer than any wait that a booking without a cut has.
const OPEN: i64 = 400;

/// A column: what is odd about the seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    /// It quotes something else than was asked, and what the ticket asks about that gets no answer.
    Quoted(Term),
    /// The same, and a person means it.
    Meant(Term),
    /// A term changes while the price is typed; the desk does not hear of it.
    Armed(Term),
    /// The same, and the quote is read again before the price is typed.
    Seen(Term),
    /// A term of the quote changes once the booking left.
    Unknown(Term),
    /// It sells in this currency, at so many times the usual price.
    In(&'static str, u32),
    /// The same, and nobody said what the currency is worth.
    Unrated(&'static str),
    /// When its replies say that they were made.
    Dated(Dated),
    /// Looks are answered by a cache, as before the booking.
    Cached,
}

fn odds() -> Vec<Odd> {
    let of = |make: fn(Term) -> Odd| Term::iter().map(make);
    let asked = |make: fn(Term) -> Odd| Term::iter().filter(|term| *term != Term::Price).map(make);
    let dated = [Dated::Behind(1), Dated::Behind(120), Dated::Every(60)];
    asked(Odd::Quoted)
        .chain(asked(Odd::Meant))
        .chain(of(Odd::Armed))
        .chain(of(Odd::Seen))
        .chain(of(Odd::Unknown))
        .chain([Odd::In("EUR", 1), Odd::In("JPY", 100), Odd::Unrated("CHF")])
        .chain(dated.map(Odd::Dated))
        .chain([Odd::Cached])
        .collect()
}

impl Odd {
    /// What comes of a row: `None` where nothing may leave.
    fn ends(self, row: &Outcome, (_, way, pick): &Column, keys: bool) -> Option<Ends> {
        let usual = pick(row, keys);
        match self {
            Self::Quoted(_) | Self::Seen(_) | Self::Unrated(_) => None,
            Self::Meant(term) if term.is_another_kind() => None,
            // What was not booked is not sent again on terms that nobody confirmed.
            Self::Armed(_) | Self::Unknown(_) if is_second(row, usual) => Some(Ends::Doubt),
            Self::Armed(_) => Some(usual.otherwise()),
            Self::Cached => Some(unseen(row, *way, usual)),
            Self::Meant(_) | Self::Unknown(_) | Self::In(..) | Self::Dated(_) => Some(usual),
        }
    }

    /// The rows it goes with. Where nothing may leave, what the seller would do with it is nothing; where
    /// the reply is lost, only what the seller did is something. Else some go with every row, and the
    /// others with one fault of each kind.
    fn rows(self, all: &[Outcome], way: Way) -> Vec<&Outcome> {
        let nothing_leaves = match self {
            Self::Quoted(_) | Self::Seen(_) | Self::Unrated(_) => true,
            Self::Meant(term) => term.is_another_kind(),
            Self::Armed(_) | Self::Unknown(_) | Self::In(..) | Self::Dated(_) | Self::Cached => {
                false
            }
        };
        let goes_with_all = match self {
            Self::Meant(term) | Self::Armed(term) | Self::Unknown(term) => {
                term == Term::Impressions
            }
            Self::In(currency, _) => currency == "EUR",
            Self::Dated(dated) => dated == Dated::Behind(120),
            Self::Cached => true,
            Self::Quoted(_) | Self::Seen(_) | Self::Unrated(_) => false,
        };
        if nothing_leaves {
            all.iter().take(1).collect()
        } else if way == Way::Lost {
            one_of_each(all, |row| row.lost)
        } else if goes_with_all {
            all.iter().collect()
        } else {
            one_of_each(all, |row| row.fault.as_ref().map(discriminant))
        }
    }

    /// Whether its ticket takes no answer, so that not even the price can be typed.
    fn blocks(self) -> bool {
        match self {
            Self::Unrated(_) => true,
            Self::Quoted(term) | Self::Meant(term) => term.is_another_kind(),
            Self::Armed(_)
            | Self::Seen(_)
            | Self::Unknown(_)
            | Self::In(..)
            | Self::Dated(_)
            | Self::Cached => false,
        }
    }

    /// Whether the desk may send a booking once more at a seller that cannot book it twice.
    fn may_repeat(self) -> bool {
        !matches!(self, Self::Armed(_) | Self::Unknown(_) | Self::Cached)
    }

    fn shop(self, seller: (&'static str, &'static str), clock: Ticks) -> Shop {
        let times = if let Self::In(_, times) = self { times } else { 1 };
        let shop = Shop::priced(seller, 7, clock, times);
        shop.wire.disguise(|guise| match self {
            Self::In(currency, _) | Self::Unrated(currency) => guise.currency = Some(currency),
            Self::Dated(dated) => guise.dated = Some(dated),
            Self::Cached => guise.cache = Some(BTreeMap::new()),
            Self::Quoted(_)
            | Self::Meant(_)
            | Self::Armed(_)
            | Self::Seen(_)
            | Self::Unknown(_) => {}
        });
        shop
    }

    /// What changes once the kit is read, and before a quote is asked for.
    fn quoted(self, shop: &Shop) {
        if let Self::Quoted(term) | Self::Meant(term) = self {
            shop.wire.disguise(|guise| guise.term = Some((term, ALL)));
        }
    }

    /// What changes while the ticket is armed.
    async fn armed(self, desk: &mut Session, shop: &Shop, key: &QuoteRef) {
        match self {
            Self::Armed(term) => shop.wire.disguise(|guise| guise.term = Some((term, ALL))),
            Self::Seen(term) => {
                shop.wire.disguise(|guise| guise.term = Some((term, ALL)));
                assert!(desk.command(Command::Reread(key.clone())).is_empty());
                settle(desk).await;
            }
            // Read only once the booking left.
            Self::Unknown(term) => {
                shop.wire.disguise(|guise| guise.term = Some((term, &[requests::QUOTE_READS])));
            }
            Self::Quoted(_)
            | Self::Meant(_)
            | Self::In(..)
            | Self::Unrated(_)
            | Self::Dated(_)
            | Self::Cached => {}
        }
    }
}

/// The first row of each kind.
fn one_of_each<K: PartialEq>(rows: &[Outcome], kind: impl Fn(&Outcome) -> K) -> Vec<&Outcome> {
    let mut kinds = Vec::new();
    let is_new = |row: &&Outcome| {
        let kind = kind(row);
        let is_new = !kinds.contains(&kind);
        kinds.push(kind);
        is_new
    };
    rows.iter().filter(is_new).collect()
}

/// Whether only a second attempt of the desk books it.
fn is_second(row: &Outcome, usual: Ends) -> bool {
    row.is_broken() && usual == Ends::Late
}

/// What comes of it where no look says anything new.
fn unseen(row: &Outcome, way: Way, usual: Ends) -> Ends {
    if way == Way::Whole && row.is_told() {
        return usual;
    }
    match usual {
        _ if is_second(row, usual) => Ends::Doubt,
        Ends::Done | Ends::Late | Ends::Disputed | Ends::LateDisputed => {
            let waits = matches!(row.fault, Some(Fault::Undecided { .. })) && way == Way::Whole;
            if waits { Ends::UnseenWaits } else { Ends::Unseen }
        }
        same @ (Ends::Refused
        | Ends::Expired
        | Ends::NotSent
        | Ends::Doubt
        | Ends::Waits
        | Ends::Unseen
        | Ends::UnseenWaits) => same,
    }
}

/// Opens a ticket on a quote and waits for its checks.
async fn ticket(desk: &mut Session, clock: &Ticks, key: &QuoteRef) -> Ticket {
    let (max_cpm, planned_spend, notes) = (None, None, None);
    let open = Command::OpenTicket { quote: key.clone(), max_cpm, planned_spend, notes };
    assert_eq!(desk.command(open), []);
    let checked = |state: &State| {
        state.ticket.as_ref().is_some_and(|ticket| ticket.state != TicketState::Checking)
    };
    assert!(until(desk, clock, seconds(60), checked).await);
    desk.state().ticket.clone().unwrap()
}

/// Answers a ticket with all that there is to answer; only what `odd` says about the whole cost.
fn answer(desk: &mut Session, ticket: &Ticket, odd: Odd) {
    if let (false, Some(cost)) = (matches!(odd, Odd::Quoted(_)), ticket.cost) {
        // Refused where nothing is asked.
        let _ = desk.command(Command::Confirm(Confirmation::Cost(cost.amount())));
    }
    let Some(price) = ticket.price else { return };
    let _ = desk.command(Command::Confirm(Confirmation::Price(price.amount())));
}

/// What so many impressions cost there, in the currency of the limits.
fn worth(ticket: &Ticket, currency: &str) -> Decimal {
    let currency: Currency = currency.parse().unwrap();
    let price = ticket.price.unwrap();
    assert_eq!((price.currency(), ticket.cost.unwrap().currency()), (currency, currency));
    price.amount() * Decimal::from(IMPRESSIONS) / Decimal::from(1_000) * rates()[&currency]
}

async fn cell(seller: (&'static str, &'static str), row: &Outcome, odd: Odd, column: &Column) {
    let (cut, way, _) = column;
    let has_keys = seller == SELLERS[1];
    let ends = odd.ends(row, column, has_keys);
    let what = format!("{}: {}, {odd:?}, cut {cut}", seller.0, row.name);
    let clock = Ticks::new(some_day());
    let shop = odd.shop(seller, clock.clone());
    let mut desk = shop.open(Location::Memory).await;
    assert_eq!(desk.command(Command::RefreshKit(shop.name.into())), []);
    settle(&mut desk).await;
    odd.quoted(&shop);
    let key = quote(&mut desk, &clock, &shop).await;
    let ticket = ticket(&mut desk, &clock, &key).await;
    let blocked = ticket.state == TicketState::Blocked;
    assert_eq!(blocked, odd.blocks(), "{what}: {:?}", ticket.checks);
    odd.armed(&mut desk, &shop, &key).await;
    if let Some(fault) = row.fault.clone() {
        let injected =
            InjectedFault::Fail { fault, requests: requests::BOOKINGS, times: row.times };
        shop.seller.arm(injected, desk.now());
    }
    shop.wire.fails(*way);
    answer(&mut desk, &ticket, odd);

    let script = jiff::SignedDuration::try_from(SCRIPT).unwrap();
    until(&mut desk, &clock, script, |state| !state.bookings.is_empty() && all_known(state)).await;
    let Some(ends) = ends else {
        let state = desk.state();
        assert_eq!((shop.wire.bookings().len(), state.bookings.len()), (0, 0), "{what}: it left");
        assert_eq!((shop.booked().len(), state.exposure.total()), (0, 0.into()), "{what}");
        return;
    };
    assert!(desk.state().bookings.contains_key(&ticket.id), "{what}: {:?}", desk.state().ticket);
    assert_eq!(booking(desk.state(), &ticket.id).state, ends.soon(), "{what}");
    nothing_is_lost(desk.state(), &shop, &what);

    let known = until(&mut desk, &clock, seconds(OPEN), all_known).await;
    assert_eq!(known, ends.is_ended(), "{what}: {:?}", booking(desk.state(), &ticket.id));
    let state = desk.state();
    let record = booking(state, &ticket.id);
    assert_eq!(record.state, ends.late(), "{what}: {record:?}");
    assert_eq!(shop.booked().len(), ends.booked(), "{what}");
    nothing_is_lost(state, &shop, &what);
    let left = shop.wire.bookings().len();
    let again = has_keys && *way == Way::Whole && row.is_broken() && odd.may_repeat();
    assert!((1..=1 + usize::from(again)).contains(&left), "{what}: left {left} times");
    if let Odd::In(currency, _) = odd
        && ends != Ends::Disputed
    {
        let held = if record.state.holds_money() { worth(&ticket, currency) } else { 0.into() };
        assert_eq!(state.exposure.total(), held, "{what}: in the limits' currency");
        let costs = record.intent.cost.currency().to_string();
        assert_eq!(costs, currency, "{what}");
    }
    person_ends(&mut desk, (&shop, &clock), &ticket, (ends, &what)).await;
}

/// What no look shows, a person ends with the Deal ID.
async fn person_ends(
    desk: &mut Session,
    (shop, clock): (&Shop, &Ticks),
    ticket: &Ticket,
    (ends, what): (Ends, &str),
) {
    if !matches!(ends, Ends::Unseen | Ends::UnseenWaits) {
        return;
    }
    let deal_id = shop.booked()[0].deal_id.as_str().into();
    let entered = Command::EnterDeal { ticket: ticket.id.clone(), deal_id };
    assert_eq!(desk.command(entered), [], "{what}");
    assert!(until(desk, clock, seconds(60), all_known).await, "{what}");
    let state = booking(desk.state(), &ticket.id).state;
    assert!(matches!(state, BookingState::Done | BookingState::Disputed), "{what}: {state}");
}

/// Where the reply comes, and where it is lost.
fn cuts() -> impl Iterator<Item = &'static Column> {
    CUTS.iter().filter(|(_, way, _)| matches!(way, Way::Whole | Way::Lost))
}

async fn matrix(seller: (&'static str, &'static str)) {
    let (rows, odds) = (outcomes(), odds());
    let mut cells = 0;
    for odd in &odds {
        for column in cuts() {
            for row in odd.rows(&rows, column.1) {
                cell(seller, row, *odd, column).await;
                cells += 1;
            }
        }
    }
    eprintln!("{}: {} odd things, {cells} cells", seller.0, odds.len());
    assert!(odds.len() >= 40 && cells >= 500, "{cells} cells");
}

#[tokio::test]
async fn every_outcome_beside_everything_odd_in_the_old_dialect() {
    matrix(SELLERS[0]).await;
}

#[tokio::test]
async fn every_outcome_beside_everything_odd_in_the_new_dialect() {
    matrix(SELLERS[1]).await;
}
