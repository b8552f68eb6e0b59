//! The ticket that lets a strategy play: how far it may go, what it would do first and why. `y` arms
//! it; it is taken over with the key that opened this, or by any move of one's own.

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect, text::Line};
use rust_decimal::Decimal;

use super::{
    form::{Entry, Form, Kind, Took},
    guard::Guard,
    known, sheet, writable,
};
use crate::{
    desk::{self, Command, QuoteRecord, State},
    domain::{
        Cpm, Negotiation, QuoteRef, Refusal, money,
        strategy::{self, Plan, Step},
    },
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        parts::pane,
    },
};

const STRATEGY: &str = "strategy";
const TARGET: &str = "target";
const MAX: &str = "maximum";
const STEP: &str = "step";
const ROUNDS: &str = "rounds";

/// The auto ticket.
#[derive(Debug)]
pub(super) struct Auto {
    guard: Guard,
    key: QuoteRef,
    form: Form,
    /// The state of the desk when it was sent, until it is known that the desk took it.
    sent: Option<u64>,
    trouble: Option<String>,
}

/// A plan that is sensible as it stands: from what we hoped for to what we may pay, in a few steps.
pub(crate) fn plan_for(state: &State, record: &QuoteRecord) -> Option<Plan> {
    let game = record.negotiation.as_ref();
    let quoted = record.quote.pricing.final_cpm?;
    let limit =
        desk::limit_for(state, record).filter(|limit| limit.currency() == quoted.currency());
    let max = limit.filter(|limit| *limit < quoted).unwrap_or(quoted);
    let hoped = game.and_then(|game| game.our_last().or(game.target)).or(record.ask.target_cpm);
    let tenth_off = Cpm::new(max.less_percent(Decimal::TEN).amount().round_dp(2), max.currency());
    let target = hoped.filter(|hoped| *hoped <= max).unwrap_or(tenth_off);
    let step = (max.amount() - target.amount()) / Decimal::from(4);
    let step = step.round_dp(2).max(Decimal::new(5, 2));
    let strategy = strategy::ALL.first()?.name().to_owned();
    Some(Plan { strategy, target, max, step, rounds: 5, options: strategy::Options::default() })
}

/// A step in words: `offer 20.00: opens at the target`.
pub(crate) fn step_words(step: &Step) -> String {
    match step {
        Step::Offer(cpm, why) => format!("offer {}: {why}", cpm.plain()),
        Step::Accept(cpm, why) => format!("ACCEPT {}: {why}", cpm.plain()),
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
    let plan = plan_for(cx.state, record).ok_or_else(|| {
        Refusal::new("price", "the quote names no price", "ask the seller for one")
    })?;
    let currency = plan.max.currency();
    let docs =
        strategy::ALL.iter().map(|strategy| format!("{}: {}", strategy.name(), strategy.doc()));
    let price = |label, text: String, hint: String| Entry::new(label, Kind::Price, &text, hint);
    let form = Form::new(
        vec![
            Entry::choice(STRATEGY, docs.collect(), 0, ""),
            price(TARGET, plan.target.plain(), format!("{currency}; where it opens")),
            price(MAX, plan.max.plain(), format!("{currency}; it never offers or takes more")),
            price(STEP, money::plain(plan.step), "what it gives each round".to_owned()),
            Entry::new(ROUNDS, Kind::Count, "5", "then it leaves"),
        ],
        1,
    );
    let guard = Guard::new(cx.now);
    cx.open(Box::new(Auto { guard, key: key.clone(), form, sent: None, trouble: None }));
    Ok(())
}

impl Auto {
    fn plan(&self, record: &QuoteRecord) -> Result<Plan, String> {
        let quoted = record.quote.pricing.final_cpm.ok_or("the quote names no price")?;
        let price = |label: &str| {
            let text = self.form.text(label);
            money::typed(text).ok_or_else(|| format!("{label}: {text:?} is not a price (25.22)"))
        };
        let rounds = self.form.text(ROUNDS);
        let known = strategy::ALL.get(self.form.chosen(STRATEGY)).ok_or("no strategy")?;
        Ok(Plan {
            strategy: known.name().to_owned(),
            target: Cpm::new(price(TARGET)?, quoted.currency()),
            max: Cpm::new(price(MAX)?, quoted.currency()),
            step: price(STEP)?,
            rounds: rounds.parse().map_err(|_| format!("{ROUNDS}: {rounds:?} is not a number"))?,
            options: strategy::Options::default(),
        })
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

impl Modal for Auto {
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        if chord == Chord::char('y') || (chord.key == Key::Enter && self.form.is_at_send()) {
            if self.guard.hears(kind, cx.now) && self.sent.is_none() {
                self.send(cx);
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

    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        self.form.paste(text);
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        self.sent.is_none_or(|version| version == dx.state.version)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let Some(record) = dx.state.quote(&self.key) else { return };
        let wide = screen.width.min(96);
        let lines = self.lines(dx, record, wide.saturating_sub(4));
        let high = self.form.height() + 3 + u16::try_from(lines.len()).unwrap_or(0);
        let high = high.min(screen.height);
        let foot = Rect { y: screen.bottom() - high, height: high, ..screen };
        let what = format!("AUTO on {} {}", self.key.seller, self.key.quote_id);
        let head = (what.as_str(), "Esc leaves everything as it was");
        let inside = sheet::place(frame, foot, dx, head, (wide, high));
        self.form.draw(frame, inside, dx);
        let used = self.form.height().min(inside.height);
        let rest = Rect { y: inside.y + used, height: inside.height - used, ..inside };
        let body = Rect { height: rest.height.saturating_sub(1), ..rest };
        pane::lines(frame, body, dx, &lines);
        let row =
            Rect { y: inside.bottom().saturating_sub(1), height: 1.min(rest.height), ..inside };
        let keys = [("y", "arms it"), ("tab ↑ ↓", "another line"), ("Esc", "no")];
        frame.render_widget(sheet::answers(dx, &keys), row);
    }

    fn disturbed(&mut self, now: Timestamp) {
        self.guard.disturbed(now);
    }

    fn refused(&mut self, refusals: &[Refusal], _now: Timestamp) -> bool {
        let Some(refusal) = refusals.last() else { return false };
        self.sent = None;
        self.trouble = Some(format!("{} → {}", refusal.says, refusal.cure));
        true
    }

    fn is_ticket(&self) -> bool {
        true
    }
}
