//! The ticket that lets a strategy play: how far it may go, what it would do first and why. `y` arms
//! it; it is taken over with the key that opened this, or by any move of one's own.

use ratatui::text::Line;

use super::{known, writable};
use crate::{
    desk::{self, Command, QuoteRecord, State},
    domain::{
        Negotiation, QuoteRef, Refusal,
        strategy::{self, Plan, Strategy, Takes},
    },
    tui::{
        parts::{
            context::{Cx, Dx},
            keys::Chord,
            modal::Flow,
            sheet::{
                Answer, Confirm, Confirmed, Content, TicketSheet,
                form::{Entry, Form, Kind},
                look,
            },
        },
        screens::describe::step_words,
    },
};

const STRATEGY: &str = "strategy";

/// The auto ticket.
#[derive(Debug)]
struct Auto {
    key: QuoteRef,
    form: Form,
    /// What the lines held before anything was typed over them.
    preset: Plan,
    /// Whether it is said what the strategy does and takes.
    explains: bool,
}

pub(super) fn open(key: &QuoteRef, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    let record = known(key, cx)?;
    desk::can_negotiate(cx.state, record)?;
    if record.negotiation.as_ref().is_some_and(Negotiation::is_over) {
        return Err(Refusal::new(
            "negotiation over",
            "this negotiation ended",
            "ask for a new quote (r)",
        ));
    }
    let first = cx.state.setup.presets.first();
    let preset = first.and_then(|first| desk::plan_for(cx.state, record, first));
    let preset = preset.ok_or_else(|| {
        Refusal::new("price", "the quote names no price", "ask the seller for one")
    })?;
    let form = Form::new(entries(&preset, |name| preset.said(name)), 1);
    TicketSheet::open(Auto { key: key.clone(), form, preset, explains: false }, cx);
    Ok(())
}

/// A line for the strategy and one for everything that it takes.
fn entries(preset: &Plan, said: impl Fn(&str) -> Option<String>) -> Vec<Entry> {
    let docs =
        strategy::ALL.iter().map(|strategy| format!("{}: {}", strategy.name(), strategy.doc()));
    let place = strategy::ALL.iter().position(|strategy| strategy.name() == preset.strategy);
    let place = place.unwrap_or(0);
    let mut entries = vec![Entry::choice(STRATEGY, docs.collect(), place, "")];
    let currency = preset.max.currency();
    entries.extend(strategy::ALL.get(place).into_iter().flat_map(|chosen| {
        strategy::parameters(*chosen).map(|parameter| {
            let (kind, hint) = match parameter.takes {
                Takes::Price | Takes::Money => {
                    (Kind::Price(currency), format!("{} in {currency}", parameter.doc))
                }
                Takes::Count(..) => (Kind::Count, parameter.doc.to_owned()),
            };
            Entry::new(parameter.name, kind, &said(parameter.name).unwrap_or_default(), hint)
        })
    }));
    entries
}

impl Auto {
    fn chosen(&self) -> Option<&'static dyn Strategy> {
        strategy::ALL.get(self.form.chosen(STRATEGY)).copied()
    }

    /// What the lines say. One that may stay empty says nothing.
    fn plan(&self, record: &QuoteRecord) -> Result<Plan, String> {
        let quoted = record.quote.pricing.cpm().ok_or("the quote names no price")?;
        let known = self.chosen().ok_or("no strategy")?;
        let mut plan = Plan {
            strategy: known.name().to_owned(),
            options: strategy::Options::default(),
            ..self.preset.clone()
        };
        for parameter in strategy::parameters(known) {
            let (name, typed) = (parameter.name, self.form.text(parameter.name));
            if typed.is_empty() && plan.said(name).is_none() {
                continue;
            }
            let value = parameter
                .read(typed, Some(quoted.currency()))
                .map_err(|no| format!("{name}: {typed:?} {no}"))?;
            plan.say(name, value, quoted);
        }
        Ok(plan)
    }

    /// Another strategy was chosen: its own lines, with what is configured for it. What was typed over
    /// a line that both have stays.
    fn turned(&mut self, state: &State) {
        let Some(chosen) = self.chosen().filter(|it| it.name() != self.preset.strategy) else {
            return;
        };
        let preset =
            state.quote(&self.key).and_then(|record| desk::plan_for(state, record, chosen));
        let Some(preset) = preset else { return };
        let typed = |name: &str| {
            let text = self.form.text(name);
            (self.form.has(name) && text != self.preset.said(name).unwrap_or_default())
                .then(|| text.to_owned())
        };
        let form = Form::new(entries(&preset, |name| typed(name).or_else(|| preset.said(name))), 0);
        (self.form, self.preset) = (form, preset);
    }

    /// What the chosen strategy does, and everything that it takes.
    fn explained(&self, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
        let Some(chosen) = self.chosen() else { return Vec::new() };
        let mut lines = look::facts(dx, chosen.name(), chosen.doc(), wide);
        for parameter in strategy::parameters(chosen) {
            lines.extend(look::facts(dx, parameter.name, parameter.doc, wide));
        }
        let words =
            format!("[strategies.{}] in the configuration holds what stands here", chosen.name());
        lines.extend(look::facts(dx, "presets", &words, wide));
        lines
    }
}

impl Content for Auto {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("AUTO on {} {}", self.key.seller, self.key.quote_id)
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        let record = dx.state.quote(&self.key)?;
        let mut lines = vec![look::rule(wide)];
        if self.explains {
            lines.extend(self.explained(dx, wide));
            return Some(lines);
        }
        let first = match self.plan(record) {
            Ok(plan) => desk::would_do(dx.state, record, &plan, dx.now)
                .map_or_else(|| "waits for their answer".to_owned(), |step| step_words(&step)),
            Err(trouble) => trouble,
        };
        lines.extend(look::facts(dx, "first", &first, wide));
        lines.extend(look::facts(
            dx,
            "stops",
            "at the maximum, after the rounds, when they stop moving or refuse, when you press its key again, or at any move of yours",
            wide,
        ));
        lines.extend(look::facts(
            dx,
            "spends",
            "nothing: it may agree on a price, but booking stays yours (B)",
            wide,
        ));
        Some(lines)
    }

    fn confirm(&self, _state: &State) -> Confirm {
        let about = if self.explains { "back" } else { "what it does" };
        let others = vec![("tab ↑ ↓", "another line"), ("?", about), ("Esc", "no")];
        Confirm::Yes("arms it".to_owned(), others)
    }

    fn confirmed(&mut self, _answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        let Some(record) = cx.state.quote(&self.key) else { return Ok(()) };
        let plan = self.plan(record)?;
        cx.command(Command::ArmAuto { quote: self.key.clone(), plan });
        Ok(())
    }

    fn stands(&mut self, _answer: &mut Answer, _dx: &Dx<'_>) -> bool {
        true
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn filled(&mut self, cx: &Cx<'_>) {
        self.turned(cx.state);
    }

    fn key(&mut self, chord: Chord, _answer: &mut Answer, _cx: &mut Cx<'_>) -> Option<Flow> {
        let asks = chord == Chord::char('?');
        self.explains ^= asks;
        asks.then_some(Flow::Stay)
    }
}
