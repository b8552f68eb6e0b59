//! The ticket that lets a strategy play: how far it may go, what it would do first and why. `y` arms
//! it; it is taken over with the key that opened this, or by any move of one's own.

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    form::{Entry, Form, Kind, Took},
    guard::{Guard, NOT_HEARD, TYPE_IT},
    known, sheet, writable,
};
use crate::{
    desk::{self, Command, QuoteRecord, State},
    domain::{
        Negotiation, QuoteRef, Refusal,
        strategy::{self, Plan, Step, Strategy, Takes},
    },
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
    },
};

const STRATEGY: &str = "strategy";

/// The auto ticket.
#[derive(Debug)]
pub(super) struct Auto {
    guard: Guard,
    key: QuoteRef,
    form: Form,
    /// What the lines held before anything was typed over them.
    preset: Plan,
    /// Whether it is said what the strategy does and takes.
    explains: bool,
    /// The state of the desk when it was sent, until it is known that the desk took it.
    sent: Option<u64>,
    trouble: Option<String>,
}

/// A step in words: `offer 20.00: opens at the target`.
pub(crate) fn step_words(step: &Step) -> String {
    match step {
        Step::Offer(cpm, why) => format!("offer {cpm}: {why}"),
        Step::Accept(cpm, why) => format!("ACCEPT {cpm}: {why}"),
        Step::Walk(why) => format!("walk: {why}"),
    }
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
    let (guard, key) = (Guard::new(cx.now), key.clone());
    cx.open(Box::new(Auto {
        guard,
        key,
        form,
        preset,
        explains: false,
        sent: None,
        trouble: None,
    }));
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

    fn send(&mut self, cx: &mut Cx<'_>) {
        let Some(record) = cx.state.quote(&self.key) else { return };
        match self.plan(record) {
            Ok(plan) => {
                (self.sent, self.trouble) = (Some(cx.state.version), None);
                cx.command(Command::ArmAuto { quote: self.key.clone(), plan });
            }
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    fn lines(&self, dx: &Dx<'_>, record: &QuoteRecord, wide: u16) -> Vec<Line<'static>> {
        let mut lines = vec![sheet::rule(wide)];
        if self.explains {
            lines.extend(self.explained(dx, wide));
            return lines;
        }
        let first = match self.plan(record) {
            Ok(plan) => desk::would_do(dx.state, record, &plan, dx.now)
                .map_or_else(|| "waits for their answer".to_owned(), |step| step_words(&step)),
            Err(trouble) => trouble,
        };
        lines.extend(sheet::facts(dx, "first", &first, wide));
        lines.extend(sheet::facts(
            dx,
            "stops",
            "at the maximum, after the rounds, when they stop moving or refuse, when you press its key again, or at any move of yours",
            wide,
        ));
        lines.extend(sheet::facts(
            dx,
            "spends",
            "nothing: it may agree on a price, but booking stays yours (B)",
            wide,
        ));
        if let Some(trouble) = &self.trouble {
            lines.extend(sheet::trouble(dx, trouble, wide));
        }
        lines
    }
}

impl Auto {
    /// What the chosen strategy does, and everything that it takes.
    fn explained(&self, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
        let Some(chosen) = self.chosen() else { return Vec::new() };
        let mut lines = sheet::facts(dx, chosen.name(), chosen.doc(), wide);
        for parameter in strategy::parameters(chosen) {
            lines.extend(sheet::facts(dx, parameter.name, parameter.doc, wide));
        }
        let words =
            format!("[strategies.{}] in the configuration holds what stands here", chosen.name());
        lines.extend(sheet::facts(dx, "presets", &words, wide));
        lines
    }
}

impl Modal for Auto {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        if chord == Chord::char('y') || (chord.key == Key::Enter && self.form.is_at_send()) {
            if self.sent.is_none() && self.guard.answers() {
                self.send(cx);
            } else if self.sent.is_none() {
                self.trouble = Some(NOT_HEARD.to_owned());
            }
            return Flow::Stay;
        }
        if chord == Chord::char('?') {
            self.explains = !self.explains;
            return Flow::Stay;
        }
        match self.form.key(chord) {
            Took::Yes => {
                self.trouble = None;
                self.turned(cx.state);
                Flow::Stay
            }
            Took::No => Flow::Ignored,
        }
    }

    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        let fits = self.form.paste(text);
        self.trouble = (!fits).then(|| TYPE_IT.to_owned());
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        self.sent.is_none_or(|version| version == dx.state.version)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let Some(record) = dx.state.quote(&self.key) else { return };
        let lines = self.lines(dx, record, sheet::foot_width(dx));
        let what = format!("AUTO on {} {}", self.key.seller, self.key.quote_id);
        let head = (what.as_str(), "Esc leaves everything as it was");
        let row = sheet::form_at_foot(frame, screen, dx, head, (&self.form, &lines));
        let about = if self.explains { "back" } else { "what it does" };
        let keys = [("y", "arms it"), ("tab ↑ ↓", "another line"), ("?", about), ("Esc", "no")];
        frame.render_widget(sheet::answers(dx, &keys), row);
    }

    fn guard(&mut self) -> Option<&mut Guard> {
        Some(&mut self.guard)
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        self.sent = None;
        self.trouble = Some(refusal.to_string());
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
