//! The ticket that arms a trigger: of whom it may book, at which price, until when and for how much. It
//! is armed by typing the most that it may spend. The key that opens it lets an armed one go.

use jiff::{SignedDuration, Timestamp};
use ratatui::text::Line;

use super::{known, writable};
use crate::{
    desk::{self, Command, QuoteRecord, State, rivals},
    domain::{
        Cost, Cpm, QuoteRef, Refusal, money,
        trigger::{Scope, Terms},
    },
    tui::parts::{
        clock,
        context::{Cx, Dx},
        field::Field,
        keys::{Chord, Key},
        modal::Flow,
        sheet::{
            Answer, Confirm, Confirmed, Content, LEAVES, TicketSheet,
            form::{Entry, Form, Kind},
            guard::NOT_HEARD,
            look,
        },
    },
};

const WHOM: &str = "of whom";
const PRICE: &str = "price ≤";
const MINUTES: &str = "minutes";
const SPEND: &str = "spend ≤";

/// How long it holds where nothing else is said, in minutes.
const USUAL: i64 = 10;

/// The trigger ticket.
#[derive(Debug)]
struct Arming {
    key: QuoteRef,
    form: Form,
    /// What was filled in, once it may be armed: its spend is typed then.
    terms: Option<Terms>,
}

/// Opens it, or lets go of the trigger that is armed here.
pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    if let Some(armed) = desk::trigger_over(cx.state, key) {
        cx.command(Command::Disarm(armed.id.clone()));
        return Ok(());
    }
    writable(cx)?;
    let record = known(key, cx)?;
    let Some(price) = record.price().filter(|_| record.is_open()) else {
        let says = format!("{} has no price that can be booked", key.quote_id);
        return Err(Refusal::new("trigger", says, "arm it on a quote that is open (r asks again)"));
    };
    let game = record.negotiation.as_ref();
    let hoped = game.and_then(|game| game.target).or(record.ask.target_cpm);
    let hoped = hoped.filter(|hoped| *hoped < price);
    let hoped =
        hoped.map_or_else(String::new, |cpm| money::typed::written(cpm.amount(), cpm.currency()));
    let left = cx.state.left(record, cx.now).as_secs() / 60;
    let minutes = left.clamp(1, USUAL).to_string();
    let whom = vec![
        format!("this seller alone: {}", key.seller),
        "any that competes with it: the first that fits".to_owned(),
    ];
    let of = price.currency();
    let entries = vec![
        Entry::choice(WHOM, whom, 0, ""),
        Entry::new(PRICE, Kind::Price(of), &hoped, format!("CPM in {of}; now {}", price.plain())),
        Entry::new(MINUTES, Kind::Count, &minutes, "how long it holds"),
        Entry::new(
            SPEND,
            Kind::Price(of),
            "",
            format!("in {of}; empty: what it costs at that price"),
        ),
    ];
    let form = Form::new(entries, 1);
    TicketSheet::open(Arming { key: key.clone(), form, terms: None }, cx);
    Ok(())
}

impl Arming {
    /// What the lines say.
    fn read(&self, record: &QuoteRecord, now: Timestamp) -> Result<Terms, String> {
        let currency = record.price().map(|price| price.currency()).ok_or("it names no price")?;
        let amount = |label: &str| {
            let typed = self.form.text(label);
            money::typed::amount(typed, currency).map_err(|no| {
                let wrong = format!("{label} {typed:?}: {no}");
                if typed.is_empty() { format!("{label}: give an amount") } else { wrong }
            })
        };
        let at_most = Cpm::new(amount(PRICE)?, currency);
        let typed = self.form.text(MINUTES);
        let minutes = money::typed::whole(typed);
        let minutes = minutes.map_err(|_| format!("{MINUTES}: {typed:?} is not a number"))?;
        let minutes = i64::try_from(minutes).unwrap_or(i64::MAX).min(10_000);
        let until = now.checked_add(SignedDuration::from_mins(minutes));
        let until = until.map_err(|_| format!("{MINUTES}: {typed:?} is too long"))?;
        let spend = if self.form.text(SPEND).is_empty() {
            let impressions = record.quote.terms.impressions.ok_or("give what it may spend")?;
            at_most.cost(impressions)
        } else {
            Cost::new(amount(SPEND)?, currency)
        };
        let scope = if self.form.chosen(WHOM) == 0 { Scope::This } else { Scope::Any };
        Ok(Terms { scope, at_most, until, spend })
    }

    /// The lines are filled in: whether that may be armed, and then its spend is typed.
    fn filled_in(&mut self, answer: &mut Answer, cx: &Cx<'_>) {
        let Some(record) = cx.state.quote(&self.key) else { return };
        let terms = self.read(record, cx.now).and_then(|terms| {
            desk::check_trigger(cx.state, record, &terms, cx.now)
                .map(|()| terms)
                .map_err(|refusal| refusal.to_string())
        });
        match terms {
            Ok(terms) => {
                self.terms = Some(terms);
                answer.clear();
                answer.guard.disturbed(cx.now);
            }
            Err(trouble) => answer.trouble = Some(trouble),
        }
    }
}

/// Of whom it may book as things stand, each with what it can be had for now.
fn sellers(dx: &Dx<'_>, record: &QuoteRecord, terms: &Terms) -> String {
    let others = (terms.scope == Scope::Any).then(|| rivals::of(dx.state, record));
    let others = others.into_iter().flatten().filter(|other| other.is_open());
    let of = |record: &QuoteRecord| {
        let asks = rivals::asks(record).map_or_else(|| "?".to_owned(), |cpm| cpm.plain());
        format!("{} {asks}", record.quote.seller)
    };
    let all: Vec<_> = std::iter::once(record).chain(others).map(of).collect();
    all.join(", ")
}

impl Content for Arming {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("TRIGGER on {} {}", self.key.seller, self.key.quote_id)
    }

    fn hint(&self) -> &'static str {
        if self.terms.is_some() { "Esc goes back" } else { LEAVES }
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        let record = dx.state.quote(&self.key)?;
        let terms = self.terms.clone().ok_or(()).or_else(|()| self.read(record, dx.now));
        let mut lines = vec![look::rule(wide)];
        match &terms {
            Ok(terms) => {
                let checked = desk::check_trigger(dx.state, record, terms, dx.now);
                let until = clock::moment_utc(terms.until, dx.now);
                let what = format!(
                    "once, at {} CPM or below, before {until}, for {} at most",
                    terms.at_most.plain(),
                    terms.spend.in_full()
                );
                lines.extend(look::facts(dx, "books", &what, wide));
                lines.extend(look::facts(dx, "sellers", &sellers(dx, record, terms), wide));
                lines.push(look::verdict(dx, &checked, "within your limits, now"));
            }
            Err(trouble) => lines.extend(look::facts(dx, "needs", trouble, wide)),
        }
        let how = "it takes an offer that fits, reads the quote again and makes every check of a booking; whatever would ask you something ends it, and nothing is tried twice";
        lines.extend(look::facts(dx, "how", how, wide));
        let stops = format!(
            "{} here again, a halt ({}), its time, or this desk being closed",
            dx.key("trigger"),
            dx.key("halt")
        );
        lines.extend(look::facts(dx, "ends by", &stops, wide));
        Some(lines)
    }

    fn confirm(&self, _state: &State) -> Confirm {
        let Some(terms) = &self.terms else {
            let keys =
                vec![("⏎", "next line, then on to arming it"), ("↑ ↓", "line"), ("Esc", "no")];
            return Confirm::NotYet(keys);
        };
        let asks = format!("Type what it may spend, {}: ", terms.spend.plain());
        Confirm::Cost(asks, terms.spend)
    }

    fn confirmed(&mut self, answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        if let (Confirmed::Amount(typed), Some(terms)) = (answer, self.terms.clone()) {
            cx.command(Command::ArmTrigger { quote: self.key.clone(), terms, typed });
        }
        Ok(())
    }

    fn mistyped(&self, says: &str, shown: &str, field: &mut Field) -> String {
        field.clear();
        format!("{says} → type {shown}")
    }

    fn stands(&mut self, _answer: &mut Answer, dx: &Dx<'_>) -> bool {
        dx.state.quote(&self.key).is_some_and(QuoteRecord::is_open)
    }

    fn refused(&mut self) -> bool {
        self.terms = None;
        true
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        self.terms.is_none().then_some(&mut self.form)
    }

    fn key(&mut self, chord: Chord, answer: &mut Answer, cx: &mut Cx<'_>) -> Option<Flow> {
        let is_filled = self.terms.is_some();
        if is_filled && chord.key == Key::Esc {
            self.terms = None;
            answer.clear();
        } else if is_filled || chord.key != Key::Enter || !self.form.is_at_send() {
            return None;
        } else if answer.guard.hears() {
            self.filled_in(answer, cx);
        } else {
            answer.trouble = Some(NOT_HEARD.to_owned());
        }
        Some(Flow::Stay)
    }
}
