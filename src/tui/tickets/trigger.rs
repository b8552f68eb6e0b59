//! The ticket that arms a trigger: of whom it may book, at which price, until when and for how much. It
//! is armed by typing the most that it may spend. The key that opens it lets an armed one go.

use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    accept::{A_PRICE, NO_PASTE, is_of_a_price, typing_line},
    form::{Entry, Form, Kind, Took},
    guard::{self, Guard, NOT_HEARD},
    known, sheet, writable,
};
use crate::{
    desk::{self, Command, QuoteRecord, rivals},
    domain::{
        Cost, Cpm, QuoteRef, Refusal, money,
        trigger::{Scope, Terms},
    },
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::{clock, field::Field},
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
    guard: Guard,
    key: QuoteRef,
    form: Form,
    /// What was filled in, once it may be armed: its spend is typed then.
    terms: Option<Terms>,
    field: Field,
    /// The state of the desk when it was sent, until it is known that the desk took it.
    sent: Option<u64>,
    trouble: Option<String>,
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
    cx.open(Box::new(Arming {
        guard: Guard::new(cx.now),
        key: key.clone(),
        form: Form::new(entries, 1),
        terms: None,
        field: Field::default(),
        sent: None,
        trouble: None,
    }));
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
    fn filled_in(&mut self, cx: &Cx<'_>) {
        let Some(record) = cx.state.quote(&self.key) else { return };
        let terms = self.read(record, cx.now).and_then(|terms| {
            desk::check_trigger(cx.state, record, &terms, cx.now)
                .map(|()| terms)
                .map_err(|refusal| refusal.to_string())
        });
        match terms {
            Ok(terms) => {
                (self.terms, self.trouble, self.field) = (Some(terms), None, Field::default());
                self.guard.disturbed(cx.now);
            }
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    fn answer(&mut self, terms: Terms, cx: &mut Cx<'_>) {
        let typed = std::mem::take(&mut self.field).text().trim().to_owned();
        let amount = match terms.spend.typed(&typed) {
            Ok(amount) => amount,
            Err(no) => {
                self.trouble = Some(format!("{typed:?}: {no} → type {}", terms.spend.plain()));
                return;
            }
        };
        (self.sent, self.trouble) = (Some(cx.state.version), None);
        cx.command(Command::ArmTrigger { quote: self.key.clone(), terms, typed: amount });
    }

    fn key_typed(&mut self, terms: Terms, chord: Chord, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            (self.terms, self.field, self.trouble) = (None, Field::default(), None);
            return Flow::Stay;
        }
        if chord.key != Key::Enter && !is_of_a_price(chord) {
            return Flow::Ignored;
        }
        if self.sent.is_some() {
            return Flow::Stay;
        }
        // A held key or one of the first moment answers nothing; it is not passed on either.
        if !self.guard.hears() {
            self.trouble = Some(NOT_HEARD.to_owned());
        } else if chord.key == Key::Enter {
            self.answer(terms, cx);
        } else if self.field.key(chord) {
            self.trouble = None;
        }
        Flow::Stay
    }

    fn lines(&self, dx: &Dx<'_>, record: &QuoteRecord, wide: u16) -> Vec<Line<'static>> {
        let terms = self.terms.clone().ok_or(()).or_else(|()| self.read(record, dx.now));
        let mut lines = vec![sheet::rule(wide)];
        match &terms {
            Ok(terms) => {
                let checked = desk::check_trigger(dx.state, record, terms, dx.now);
                let until = clock::moment_utc(terms.until, dx.now);
                let what = format!(
                    "once, at {} CPM or below, before {until}, for {} at most",
                    terms.at_most.plain(),
                    terms.spend.in_full()
                );
                lines.extend(sheet::facts(dx, "books", &what, wide));
                lines.extend(sheet::facts(dx, "sellers", &sellers(dx, record, terms), wide));
                lines.push(sheet::verdict(dx, &checked, "within your limits, now"));
            }
            Err(trouble) => lines.extend(sheet::facts(dx, "needs", trouble, wide)),
        }
        let how = "it takes an offer that fits, reads the quote again and makes every check of a booking; whatever would ask you something ends it, and nothing is tried twice";
        lines.extend(sheet::facts(dx, "how", how, wide));
        let stops = format!(
            "{} here again, a halt ({}), its time, or this desk being closed",
            dx.key("trigger"),
            dx.key("halt")
        );
        lines.extend(sheet::facts(dx, "ends by", &stops, wide));
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        lines
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

impl Modal for Arming {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if let Some(terms) = self.terms.clone() {
            return self.key_typed(terms, chord, cx);
        }
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        if chord.key == Key::Enter && self.form.is_at_send() {
            if self.guard.hears() {
                self.filled_in(cx);
            } else {
                self.trouble = Some(NOT_HEARD.to_owned());
            }
            return Flow::Stay;
        }
        match self.form.key(chord) {
            Took::Yes => {
                self.trouble = None;
                Flow::Stay
            }
            Took::No => Flow::Ignored,
        }
    }

    /// What is filled in may be pasted; what arms it is typed.
    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        let fits = self.terms.is_none() && self.form.paste(text);
        self.trouble = (!fits).then(|| guard::TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        let stands = dx.state.quote(&self.key).is_some_and(QuoteRecord::is_open);
        stands && self.sent.is_none_or(|version| version == dx.state.version)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let Some(record) = dx.state.quote(&self.key) else { return };
        let lines = self.lines(dx, record, sheet::foot_width(dx));
        let what = format!("TRIGGER on {} {}", self.key.seller, self.key.quote_id);
        let back =
            if self.terms.is_some() { "Esc goes back" } else { "Esc leaves everything as it was" };
        let head = (what.as_str(), back);
        let row = sheet::form_at_foot(frame, screen, dx, head, (&self.form, &lines));
        if let Some(terms) = &self.terms {
            let asks = format!("Type what it may spend, {}: ", terms.spend.plain());
            typing_line(frame, row, dx, (&asks, NO_PASTE), &self.field, A_PRICE);
        } else {
            let keys = [("⏎", "next line, then on to arming it"), ("↑ ↓", "line"), ("Esc", "no")];
            frame.render_widget(sheet::answers(dx, &keys), row);
        }
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        (self.sent, self.terms, self.field) = (None, None, Field::default());
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
