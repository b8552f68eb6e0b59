//! Booking, up to the stored intent: re-read, check, arm, typed price (safety.md 4.1 to 4.4). What
//! leaves and what comes back is in `booked`.

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Passing,
    checks::{self, checks},
    closed,
    commit::Storable,
    negotiate, new_id, person, quote, refuse,
};
use crate::{
    desk::{
        command::{Confirmation, Stored},
        evolve::wrong_answer,
        fact::{Actor, Fact, Intent},
        judge,
        record::QuoteRecord,
        rivals,
        schedule::Due,
        state::{Purpose, State},
        ticket::{ARMED_SECONDS, Ticket, TicketState},
    },
    domain::{
        Answer, Ask, Check, Cost, Cpm, Question, QuoteRef, SellerError, TicketId, trigger::Decided,
    },
};

/// What a ticket is opened with.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) max_cpm: Option<Cpm>,
    pub(super) planned_spend: Option<Cost>,
    pub(super) notes: Option<String>,
    /// The trigger that opens and answers it.
    pub(super) trigger: Option<Decided>,
}

/// Opens a ticket: the quote is read again before anything can be typed.
pub(super) fn open(state: &State, key: QuoteRef, given: Given, now: Timestamp) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(state, &key) };
    if let Some(open) = &state.ticket
        && matches!(open.state, TicketState::Storing | TicketState::Sent)
    {
        return refuse(
            "ticket",
            format!("ticket {} is being sent", open.id),
            "wait for its outcome",
        );
    }
    let by_trigger = state.ticket.as_ref().filter(|open| {
        open.trigger.is_some() && matches!(open.state, TicketState::Checking | TicketState::Armed)
    });
    if let Some(open) = by_trigger {
        let says = format!("a trigger is booking {} just now", open.quote.quote_id);
        return refuse("ticket", says, "wait for its outcome, or let the trigger go");
    }
    if let Some(taken) = closed::taken(record) {
        return vec![Change::Refuse(taken)];
    }
    if let Some(refusal) = negotiate::under_way(state, &key) {
        return vec![Change::Refuse(refusal)];
    }
    if let (Some(cost), Some(_)) = (record.cost(), given.planned_spend) {
        let says = format!("the quote has impressions, so what it costs is known: {cost}");
        return refuse("planned spend", says, "leave the planned spend out");
    }
    let subject = format!("{}|{}", key.seller.as_str(), key.quote_id.as_str());
    let id = format!("tk-{}", &new_id(state, "ticket", &subject, now)[..8]);
    let ticket = Ticket {
        id: TicketId(id),
        idempotency_key: new_id(state, "key", &subject, now),
        state: TicketState::Checking,
        opened_at: now,
        since: now,
        price: record.price(),
        cost: record.cost().or(given.planned_spend.filter(|_| record.price().is_some())),
        max_cpm: given.max_cpm,
        planned_spend: given.planned_spend,
        identity: record.ask.identity.clone(),
        notes: given.notes,
        easy: false,
        checks: Vec::new(),
        changed: Vec::new(),
        complaint: None,
        shown: Box::new(record.quote.clone()),
        answered: Vec::new(),
        trigger: given.trigger,
        quote: key.clone(),
    };
    let asks = if judge::needs_catalogue(state, record) {
        let purpose = Purpose::TicketCatalogue(ticket.id.clone(), key.clone());
        Change::Ask(key.seller, Ask::Products, purpose)
    } else {
        reads_again(&ticket.id, &key)
    };
    vec![Passing::Ticket(Some(Box::new(ticket))).into(), asks]
}

/// Reads the quote again for a ticket.
fn reads_again(id: &TicketId, key: &QuoteRef) -> Change {
    let ask = Ask::GetQuote(key.quote_id.clone());
    Change::Ask(key.seller.clone(), ask, Purpose::TicketReread(id.clone(), key.clone()))
}

/// The seller's catalogue came, or did not: limits hold by what it calls the product.
pub(super) fn catalogue_answered(
    id: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
) -> Vec<Change> {
    let told = result.ok().filter(|answer| matches!(answer, Answer::Products(_)));
    let told = told.map(|told| Passing::Published(key.seller.clone(), Box::new(told)).into());
    told.into_iter().chain([reads_again(id, key)]).collect()
}

/// The re-read quote came: everything is checked, and the ticket is armed or blocked.
pub(super) fn reread_answered(
    state: &State,
    id: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    // What is told of another quote is no answer.
    let result = match result {
        Ok(Answer::Quote(quote)) if quote.reference() == *key => Ok(quote),
        Ok(_) => Err(wrong_answer()),
        Err(error) => Err(error),
    };
    let mut changes = match &result {
        Ok(quote) => quote::seen(state, key, quote),
        Err(error) if error.says_expired() => quote::over(state, key),
        Err(_) => Vec::new(),
    };
    let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == *id) else {
        return changes;
    };
    let Some(mut record) = state.quote(key).cloned() else { return changes };
    let reread = match result {
        Ok(quote) => {
            // Checked is what the seller says now, not what was thought of it before it was asked.
            record.quote.clone_from(&quote);
            ticket.changed = ticket
                .shown
                .differences(&quote)
                .into_iter()
                .map(|(field, shown, now)| (field.to_owned(), shown, now))
                .collect();
            checks::reread(&ticket, &quote)
        }
        Err(error) => checks::unread(&error),
    };
    ticket.checks = vec![reread];
    ticket.checks.extend(checks(state, &record, &ticket, now));
    ticket.mark_answered();
    let limits = &state.setup.limits;
    let held = ticket.cost.and_then(|cost| limits.held(cost));
    ticket.easy = held.is_some_and(|held| held.amount() <= limits.easy);
    if ticket.blocked_by().is_none() {
        // Armed only once no other desk on the store has a ticket armed.
        changes.push(Change::Arm(ticket.id.clone()));
    } else {
        ticket.advance(TicketState::Blocked, now);
        changes.push(Passing::Again(Due::Ticket, None).into());
    }
    changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
    changes
}

/// The store's one place for an armed ticket is ours, or somebody else's (safety.md S3).
pub(in crate::desk) fn armed(
    state: &State,
    id: &TicketId,
    taken: Result<(), String>,
    now: Timestamp,
) -> Vec<Change> {
    let waits = |ticket: &Ticket| ticket.id == *id && ticket.state == TicketState::Checking;
    let Some(mut ticket) = state.ticket.clone().filter(waits) else { return Vec::new() };
    if let Err(who) = taken {
        let says = format!("another ticket is armed on this store, by {who}");
        ticket.checks.push(Check::fail("armed", says, "finish or close that one first"));
        ticket.advance(TicketState::Blocked, now);
        return vec![Passing::Ticket(Some(Box::new(ticket))).into()];
    }
    ticket.advance(TicketState::Armed, now);
    let until = now.checked_add(SignedDuration::from_secs(ARMED_SECONDS)).ok();
    vec![Passing::Again(Due::Ticket, until).into(), Passing::Ticket(Some(Box::new(ticket))).into()]
}

/// Another process, or the clock, may have changed a quote since this ticket read it.
fn moved_on(record: &QuoteRecord, ticket: &Ticket) -> Option<Check> {
    if let Some(closed) = closed::why(record) {
        return Some(closed.into());
    }
    let same = record.price() == ticket.price && ticket.shown.differences(&record.quote).is_empty();
    let says = "the quote is no longer what this ticket shows";
    (!same).then(|| Check::fail("changed", says, "open a new ticket (B)"))
}

/// An armed ticket whose quote was booked, changed or ended meanwhile takes no answer any more.
pub(in crate::desk) fn disturbed(state: &State, now: Timestamp) -> Vec<Change> {
    let armed = state.ticket.as_ref().filter(|ticket| ticket.state == TicketState::Armed);
    let changed = armed.and_then(|ticket| moved_on(state.quote(&ticket.quote)?, ticket));
    let (Some(ticket), Some(changed)) = (armed, changed) else { return Vec::new() };
    let mut ticket = ticket.clone();
    ticket.checks.insert(0, changed);
    ticket.advance(TicketState::Blocked, now);
    vec![Passing::Again(Due::Ticket, None).into(), Passing::Ticket(Some(Box::new(ticket))).into()]
}

/// A question beside the price was answered, or was not.
fn question_answered(mut ticket: Ticket, answer: &Confirmation) -> Vec<Change> {
    let asked = ticket.question().map(|(check, question)| (check.refusal(), question.clone()));
    let Some((refusal, question)) = asked else {
        let complaint = "type the price as shown".to_owned();
        ticket.complaint = Some(complaint.clone());
        let mut changes = refuse("typed price", complaint, "nothing else is asked");
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
        return changes;
    };
    let right = match (&question, answer) {
        (Question::Word(word), Confirmation::Word(typed)) => typed.trim() == word,
        (Question::Cost(cost), Confirmation::Cost(typed)) => typed == cost,
        (Question::Word(_) | Question::Cost(_), _) => false,
    };
    let mut changes = Vec::new();
    if right {
        ticket.answered.push(question);
        ticket.mark_answered();
        ticket.complaint = None;
    } else {
        ticket.complaint = Some(refusal.cure.clone());
        changes.push(Change::Refuse(refusal));
    }
    changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
    changes
}

/// A person answers. What a trigger opened is answered by nobody else.
pub(super) fn answered(state: &State, answer: &Confirmation, now: Timestamp) -> Vec<Change> {
    let open = state.ticket.as_ref().filter(|ticket| ticket.trigger.is_some());
    if let Some(open) = open {
        let says = format!("a trigger books {} with this ticket", open.quote.quote_id);
        return refuse("ticket", says, "wait for its outcome, then open your own (B)");
    }
    confirm(state, answer, now)
}

/// The answer was given: checked once more, then stored. Only the stored intent is sent.
pub(super) fn confirm(state: &State, answer: &Confirmation, now: Timestamp) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone() else {
        return refuse("ticket", "no ticket is open", "open one (B)");
    };
    let Some(record) = state.quote(&ticket.quote) else { return Vec::new() };
    if ticket.state != TicketState::Armed {
        if let Some(check) = ticket.blocked_by() {
            return refuse("ticket", check.says.clone(), check.cure.clone());
        }
        return refuse("ticket", format!("the ticket is {}", ticket.state), "wait for its checks");
    }
    let is_price = matches!(answer, Confirmation::Price(_) | Confirmation::Yes);
    if ticket.question().is_some() || !is_price {
        return question_answered(ticket, answer);
    }
    let (Some(price), Some(cost)) = (ticket.price, ticket.cost) else {
        return refuse("price", "the ticket has no price", "open it again (B)");
    };
    let complaint = match answer {
        Confirmation::Price(typed) if *typed == price.amount() => None,
        Confirmation::Price(typed) => {
            let typed = crate::domain::money::plain_in(*typed, price.currency());
            Some(format!("you typed {typed}, the price is {price}"))
        }
        Confirmation::Yes if ticket.easy => None,
        Confirmation::Yes | Confirmation::Word(_) | Confirmation::Cost(_) => {
            Some("above the easy limit the price must be typed".to_owned())
        }
    };
    if let Some(complaint) = complaint {
        ticket.complaint = Some(complaint.clone());
        let mut changes = refuse("typed price", complaint, "type the price as shown");
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
        return changes;
    }
    let mut again = checks(state, record, &ticket, now);
    if let Some(changed) = moved_on(record, &ticket) {
        again.insert(0, changed);
    }
    again.extend(negotiate::under_way(state, &ticket.quote).map(Check::from));
    ticket.checks.truncate(1);
    ticket.checks.append(&mut again);
    ticket.mark_answered();
    if let Some(failed) = ticket.checks.iter().find(|check| !check.ok) {
        let mut changes = vec![Change::Refuse(failed.refusal())];
        // A question that came up only now is asked; anything else stops.
        if failed.stops() {
            ticket.advance(TicketState::Blocked, now);
        }
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
        return changes;
    }
    let intent = Intent {
        ticket: ticket.id.clone(),
        owner: state.setup.owner.clone(),
        idempotency_key: ticket.idempotency_key.clone(),
        quote: ticket.quote.clone(),
        confirmed: price,
        cost,
        identity: ticket.identity.clone(),
        notes: ticket.notes.clone(),
        held: state.setup.limits.held(cost),
        despite_halt: state.controls.halt.is_some(),
        cover: rivals::cover(state, record, now),
        offer: Some(ticket.shown.clone()),
        trigger: ticket.trigger.clone(),
    };
    ticket.advance(TicketState::Storing, now);
    vec![
        Passing::Again(Due::Ticket, None).into(),
        Passing::Ticket(Some(Box::new(ticket))).into(),
        intent.store(state),
    ]
}

/// What a trigger decided and what waited too long after that.
pub(super) const TOO_LATE: &str = "the trigger's time was over before it left: nothing was sent";

impl Storable for Intent {
    fn check_again(&self, state: &State, now: Timestamp) -> Result<(), Vec<Change>> {
        let mine = |ticket: &Ticket| ticket.id == self.ticket;
        let ticket = state.ticket.clone().filter(mine);
        let (Some(mut ticket), Some(record)) = (ticket, state.quote(&self.quote)) else {
            return Err(Vec::new());
        };
        ticket.checks = checks(state, record, &ticket, now);
        ticket.mark_answered();
        let mut failed = ticket.checks.iter().find(|check| !check.ok).cloned();
        if self.trigger.as_ref().is_some_and(|trigger| trigger.until <= now) {
            failed = Some(Check::fail("trigger", TOO_LATE, "book it by hand (B)"));
        }
        if let Some(refusal) = negotiate::under_way(state, &self.quote) {
            failed = Some(refusal.into());
        }
        let same = self.offer(&record.quote).differences(&record.quote).is_empty();
        if let Some(closed) = closed::why(record) {
            let says = format!("nothing was sent: {}", closed.says);
            failed = Some(Check::fail("overtaken", says, closed.cure));
        } else if record.price() != Some(self.confirmed) || !same {
            let says = "another process changed this quote; nothing was sent";
            failed = Some(Check::fail("overtaken", says, "look at the board (1)"));
        }
        let Some(failed) = failed else { return Ok(()) };
        ticket.advance(TicketState::Blocked, now);
        let refusal = Change::Refuse(failed.refusal());
        ticket.checks.push(failed);
        Err(vec![refusal, Passing::Ticket(Some(Box::new(ticket))).into()])
    }

    /// Whoever typed its price decides a booking, or the desk for a trigger.
    fn store(self, state: &State) -> Change {
        let actor = if self.trigger.is_some() { Actor::Desk } else { person(state) };
        let fact = Fact::IntentStored { intent: self.clone() };
        Change::Store(Stored::Booking(Box::new(self)), actor, fact)
    }
}

/// The intent could not be stored: the ticket is blocked, nothing was sent.
pub(super) fn not_stored(state: &State, why: &str) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone() else { return Vec::new() };
    let since = ticket.since;
    ticket.advance(TicketState::Blocked, since);
    ticket.checks.push(Check::fail("stored", why, "make the store writable, then try again"));
    vec![Passing::Ticket(Some(Box::new(ticket))).into()]
}

/// Closes the ticket on screen. What was sent goes on.
pub(super) fn close(state: &State) -> Vec<Change> {
    if state.ticket.is_none() {
        return Vec::new();
    }
    vec![Passing::Again(Due::Ticket, None).into(), Passing::Ticket(None).into()]
}

/// An armed ticket that nobody answered is checked again before it can be.
pub(super) fn timed_out(state: &State, now: Timestamp) -> Vec<Change> {
    let Some(ticket) = state.ticket.clone().filter(|ticket| ticket.state == TicketState::Armed)
    else {
        return Vec::new();
    };
    let mut ticket = ticket;
    ticket.advance(TicketState::Checking, now);
    let again = reads_again(&ticket.id, &ticket.quote);
    vec![Passing::Ticket(Some(Box::new(ticket))).into(), again]
}
