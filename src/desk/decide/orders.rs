//! Insertion orders and change requests: the seller's papers beside our deals. Reading them changes
//! nothing, so it goes on while the desk is halted. A new order or a change is stored before it leaves,
//! leaves once, and is never repeated: one without an answer is looked up by a person.

use jiff::Timestamp;

use super::{
    Change, ON_PAPER, Passing,
    commit::{self, Commitment, Heeds, Leaving, Outcome, Storable},
    halt, new_id, no_seller, person, refuse, say, seller_actor,
};
use crate::{
    desk::{
        command::Stored,
        evolve::wrong_answer,
        fact::{Actor, Fact},
        order::{CHANGE, CREATE, OrderIntent, OrderOutcome, words},
        state::{InFlight, Mode, Purpose, State},
    },
    domain::{
        Answer, Ask, ChangeAsk, DealRef, OrderAnswer, OrderAsk, Refusal, SellerError, SellerName,
        order::ChangeType,
    },
};

/// Reads orders or change requests.
pub(super) fn ask(state: &State, seller: SellerName, ask: OrderAsk) -> Vec<Change> {
    if !state.sellers.contains_key(&seller) {
        return no_seller(&seller);
    }
    if !ask.is_read() {
        return refuse(
            "orders",
            "a question that changes something at the seller is no read",
            "report it: this is a fault of the desk",
        );
    }
    vec![Change::Ask(seller, Ask::Orders(ask), Purpose::Orders)]
}

pub(super) fn answered(flight: &InFlight, result: Result<Answer, SellerError>) -> Vec<Change> {
    let Ask::Orders(ask) = &flight.ask else { return Vec::new() };
    let result = match result {
        Ok(Answer::Orders(answer)) => Ok(answer),
        Ok(_) => Err(wrong_answer()),
        Err(error) => Err(error),
    };
    vec![Passing::OrdersCame(flight.seller.clone(), ask.clone(), result).into()]
}

/// Why nothing of a seller's orders may be changed now, if anything stands in the way.
fn obstacle(state: &State, seller: &SellerName) -> Option<Refusal> {
    if state.setup.read_only {
        return Some(Refusal::new(
            "read-only",
            "the desk is read-only",
            "start it without --read-only",
        ));
    }
    if state.setup.mode == Mode::Paper {
        return Some(Refusal::new(
            ON_PAPER,
            "paper mode sends nothing",
            "start it without --paper",
        ));
    }
    let trouble = state.trouble.as_ref().map(|why| {
        let says = format!("the store cannot be written: {why}");
        Refusal::new("store", says, "make the store writable, then try again")
    });
    trouble.or_else(|| halt::obstacle(state, seller))
}

/// Makes a new order, or a change of one, durable; its send waits for that.
pub(super) fn store(
    state: &State,
    seller: &SellerName,
    mut ask: OrderAsk,
    typed: &str,
    now: Timestamp,
) -> Vec<Change> {
    if !state.sellers.contains_key(seller) {
        return no_seller(seller);
    }
    let word = if matches!(ask, OrderAsk::Create { .. }) { CREATE } else { CHANGE };
    if typed.trim() != word {
        let says = format!("you typed {:?}", crate::domain::text::clean(typed, 40));
        return refuse("typed word", says, format!("type {word} to ask {seller} for it"));
    }
    let deal = match deal_of(state, seller, &ask) {
        Ok(deal) => deal,
        Err(refusal) => return vec![Change::Refuse(refusal)],
    };
    if let Some(refusal) = obstacle(state, seller) {
        return vec![Change::Refuse(refusal)];
    }
    let stored = state.storing.iter().filter_map(|(stored, _)| match stored {
        Stored::Order(intent) => Some(&**intent),
        Stored::Booking(_) | Stored::Move(..) | Stored::Repeat(_) | Stored::Auto(..) => None,
    });
    let mut under_way = stored.chain(state.controls.orders.values());
    if under_way.any(|other| !other.in_doubt && other.deal == deal) {
        return refuse(
            "under way",
            format!("something is asked of the orders of {} already", deal.deal_id),
            "wait for its answer",
        );
    }
    let subject = format!("{}|{ask:?}", seller.as_str());
    let id = format!("or-{}", &new_id(state, "order", &subject, now)[..8]);
    let owner = state.setup.owner.clone();
    if let OrderAsk::RequestChange(change) = &mut ask {
        change.idempotency_key = new_id(state, "change", &subject, now);
        change.requested_by = asks_as(state, seller);
    }
    vec![OrderIntent { id, owner, deal, ask, in_doubt: false }.store(state)]
}

/// Whom a seller takes us for: as much of us as it is told.
fn asks_as(state: &State, seller: &SellerName) -> String {
    let reveal = state.sellers.get(seller).map(|seller| seller.info.reveal);
    let told = reveal.map(|reveal| state.setup.identity.revealed(reveal));
    let named = told.and_then(|us| us.advertiser_id.or(us.agency_id).or(us.seat_id));
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "buyer".to_owned())
}

/// The deal of ours that it is about. A seller takes whatever it is given, an order of another buyer
/// too, so the desk looks for it.
fn deal_of(state: &State, seller: &SellerName, ask: &OrderAsk) -> Result<DealRef, Refusal> {
    let fault = || Refusal::new("orders", "that changes nothing", "read it instead");
    let deal_id = match ask {
        OrderAsk::Create { deal_id, .. } => deal_id.clone(),
        OrderAsk::RequestChange(change) => changed(state, seller, change)?,
        OrderAsk::List(_)
        | OrderAsk::Get(_)
        | OrderAsk::History(_)
        | OrderAsk::Changes(_)
        | OrderAsk::Change(_) => return Err(fault()),
    };
    let key = deal_id.map(|deal_id| DealRef { seller: seller.clone(), deal_id });
    key.filter(|key| state.has_deal(key)).ok_or_else(|| {
        let says = format!("it is of none of your deals with {seller}");
        Refusal::new("deal", says, "`dealdesk deals list` names your deals")
    })
}

/// The deal of the order that is to change, as the seller just told it.
fn changed(
    state: &State,
    seller: &SellerName,
    change: &ChangeAsk,
) -> Result<Option<crate::domain::DealId>, Refusal> {
    let is_empty = change.diffs.is_empty() && change.proposed.is_empty();
    if is_empty && change.change_type != ChangeType::Cancellation {
        return Err(Refusal::new("change", "no field was named", "say what is to be what"));
    }
    let read = state.sellers.get(seller).and_then(|seller| seller.orders.as_ref());
    match read {
        Some((_, Ok(OrderAnswer::Order(order)))) if order.order_id == change.order_id => {
            Ok(order.deal_id.clone())
        }
        Some(_) | None => {
            let says = format!("order {} was not read yet", change.order_id);
            Err(Refusal::new("order", says, "read the order first"))
        }
    }
}

impl Storable for OrderIntent {
    fn check_again(&self, state: &State, _: Timestamp) -> Result<(), Vec<Change>> {
        let is_taken =
            |other: &OrderIntent| !other.in_doubt && other.deal == self.deal && other.id != self.id;
        if state.controls.orders.values().any(is_taken) {
            return Err(refuse(
                "overtaken",
                format!("another process asks something of the orders of {}", self.deal.deal_id),
                "nothing was sent: look at the list before you ask again",
            ));
        }
        obstacle(state, &self.deal.seller).map_or(Ok(()), |no| Err(vec![Change::Refuse(no)]))
    }

    fn store(self, state: &State) -> Change {
        let fact = Fact::OrderSent { intent: self.clone() };
        Change::Store(Stored::Order(Box::new(self)), person(state), fact)
    }
}

/// A new order, or a change of one, that was stored.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) deal: DealRef,
    pub(super) ask: OrderAsk,
}

impl From<OrderIntent> for Order {
    fn from(OrderIntent { id, deal, ask, .. }: OrderIntent) -> Self {
        Self { id, deal, ask }
    }
}

impl Order {
    /// Those that a process sent and has no answer of.
    pub(super) fn sent_by(state: &State, owner: &str) -> impl Iterator<Item = Self> {
        let sent = state.controls.orders.values();
        let sent = sent.filter(move |intent| intent.owner == owner && !intent.in_doubt);
        sent.cloned().map(Self::from)
    }

    fn end(&self, by: Actor, ending: OrderOutcome) -> Vec<Change> {
        let seller = &self.deal.seller;
        let said = match &ending {
            OrderOutcome::Done { order_id, status, .. } => {
                say(false, format!("{seller} took it: order {order_id} is {status}"))
            }
            OrderOutcome::Refused { error } | OrderOutcome::NotSent { error } => {
                say(true, format!("{seller}: {error}. {}", error.cure))
            }
            OrderOutcome::Unknown { why } => say(true, format!("{seller}: {why}. {LOOK}")),
        };
        let (id, deal) = (self.id.clone(), self.deal.clone());
        vec![Change::Keep(by, Fact::OrderAnswered { id, deal, ending }), said]
    }
}

/// What to do about one whose outcome nobody knows: no look settles it, since a seller's list does not say
/// which of two equal wishes it holds.
const LOOK: &str = "Look at the seller's list before you ask again";

impl Commitment for Order {
    fn seller(&self) -> &SellerName {
        &self.deal.seller
    }

    fn question(&self, state: &State, _: Timestamp) -> Option<Leaving> {
        let seller = &self.deal.seller;
        let over = obstacle(state, seller)
            .map(|no| commit::held(&no.rule, &format!("{}: nothing was sent", no.says), &no.cure));
        Some(Leaving {
            seller: seller.clone(),
            ask: Ask::Orders(self.ask.clone()),
            purpose: Purpose::SendOrder(self.id.clone(), self.deal.clone()),
            heeds: Heeds::Every,
            verb: "ask for it",
            over,
        })
    }

    fn judge(&self, answer: Answer) -> Result<Answer, SellerError> {
        let told = |told: &OrderAnswer| ending(&self.ask, &self.deal, told).is_some();
        if matches!(&answer, Answer::Orders(answer) if told(answer)) {
            Ok(answer)
        } else {
            Err(wrong_answer())
        }
    }

    fn conclude(&self, _: &State, outcome: Outcome, _: Timestamp) -> Vec<Change> {
        let by_seller = || seller_actor(&self.deal.seller);
        match outcome {
            Outcome::Answered(Answer::Orders(answer)) => {
                let Some(ending) = ending(&self.ask, &self.deal, &answer) else { return vec![] };
                let is_done = matches!(ending, OrderOutcome::Done { .. });
                let (seller, ask) = (self.deal.seller.clone(), self.ask.clone());
                let read = is_done.then(|| Passing::OrdersCame(seller, ask, Ok(answer)).into());
                read.into_iter().chain(self.end(by_seller(), ending)).collect()
            }
            Outcome::Answered(_) => Vec::new(),
            Outcome::Refused(error) | Outcome::Expired(error) => {
                self.end(by_seller(), OrderOutcome::Refused { error })
            }
            Outcome::NotSent(error) | Outcome::Withheld(error) => {
                self.end(Actor::Desk, OrderOutcome::NotSent { error })
            }
            Outcome::Unknown(error) => {
                self.end(Actor::Desk, OrderOutcome::Unknown { why: error.to_string() })
            }
            Outcome::Orphaned => {
                let says = words(&self.ask, &self.deal);
                let why = format!("the desk that asked for {says} is gone, and its answer with it");
                self.end(Actor::Desk, OrderOutcome::Unknown { why })
            }
        }
    }
}

/// What the seller did, where the answer is of the kind that was asked for. What it did about another deal
/// or another order is not what was asked for, and nobody knows whether that was done too.
fn ending(ask: &OrderAsk, deal: &DealRef, answer: &OrderAnswer) -> Option<OrderOutcome> {
    let (ending, of) = match (ask, answer) {
        (OrderAsk::Create { .. }, OrderAnswer::Order(order)) => {
            let (order_id, status) = (order.order_id.clone(), order.raw_status.clone());
            (OrderOutcome::Done { order_id, change_id: None, status }, order.deal_id.as_ref())
        }
        (OrderAsk::RequestChange(asked), OrderAnswer::Change(change)) => {
            if change.order_id != asked.order_id {
                let why = format!(
                    "{} answers about order {}, not {}",
                    deal.seller, change.order_id, asked.order_id
                );
                return Some(OrderOutcome::Unknown { why });
            }
            let (order_id, change_id) = (change.order_id.clone(), Some(change.change_id.clone()));
            let status = change.status.clone();
            (OrderOutcome::Done { order_id, change_id, status }, change.deal_id.as_ref())
        }
        _ => return None,
    };
    match of.filter(|of| **of != deal.deal_id) {
        Some(other) => {
            let why = format!("{} answers about deal {other}, not {}", deal.seller, deal.deal_id);
            Some(OrderOutcome::Unknown { why })
        }
        None => Some(ending),
    }
}
