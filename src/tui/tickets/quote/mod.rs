//! The ticket that asks one or more sellers for a price. A quote commits nothing, but it tells each
//! seller who we are: the ticket names every field it sends, to whom, before it sends.

pub(crate) mod rfq;
mod view;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use ratatui::{Frame, layout::Rect};

use super::{
    form::{Entry, Form, Kind, Took},
    guard::Guard,
    writable,
};
use crate::{
    desk::{Command, State, judge},
    domain::{Cpm, DealType, Identity, ProductId, QuoteAsk, Refusal, SellerName, money},
    tui::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        overlay::{Flow, Modal},
        screen::{ScreenId, Target},
    },
};

/// A seller to ask, and what it could be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) seller: SellerName,
    /// What the person chose: the package's name.
    pub(crate) title: String,
    /// Products, the likeliest first, with their names.
    pub(crate) products: Vec<(ProductId, String)>,
    /// Whether the seller does not say which of them is in the package: a person has to choose.
    pub(crate) is_guess: bool,
    /// What the kit says it costs us.
    pub(crate) price: Option<Cpm>,
}

/// Days from today to the first day of a flight, and its length, where nothing else is said.
const STARTS_IN: i64 = 7;
const LASTS: i64 = 30;
/// Impressions where nothing else is said: the guide's.
const IMPRESSIONS: &str = "500000";

const TYPE: &str = "deal type";
const IMPS: &str = "impressions";
const START: &str = "flight start";
const END: &str = "flight end";
const TARGET: &str = "target CPM";
const PRODUCT: &str = "product";

/// Up to so many packages have a line of their own to choose the product on; of more, the first product
/// of each is asked for.
const FEW: usize = 5;

/// The quote ticket.
#[derive(Debug)]
pub(super) struct QuoteTicket {
    guard: Guard,
    candidates: Vec<Candidate>,
    /// Who is not asked, and why.
    left_out: Vec<String>,
    form: Form,
    /// The state of the desk when it was sent, until it is known that the desk took it.
    sent: Option<u64>,
    trouble: Option<String>,
}

/// Opens it on the line that sends: what is filled in is sensible as it stands.
pub(super) fn open(candidates: Vec<Candidate>, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    if candidates.is_empty() {
        return Err(Refusal::new("quote", "nothing is chosen", "choose a package in the kit (2)"));
    }
    let mut left_out = Vec::new();
    let mut asked = Vec::new();
    let mut refused = Ok(());
    let may_choose = candidates.len() <= FEW;
    for candidate in candidates {
        match has_product(cx.state, &candidate, may_choose) {
            Ok(()) => asked.push(candidate),
            Err(refusal) => {
                left_out.push(refusal.to_string());
                refused = Err(refusal);
            }
        }
    }
    left_out.dedup();
    if asked.is_empty() {
        return refused;
    }
    let form = form(&asked, cx.state, cx.now);
    let guard = Guard::new(cx.now);
    let candidates = asked;
    let ticket = QuoteTicket { guard, candidates, left_out, form, sent: None, trouble: None };
    cx.open(Box::new(ticket));
    Ok(())
}

fn has_product(state: &State, candidate: &Candidate, may_choose: bool) -> Result<(), Refusal> {
    if !candidate.products.is_empty() && (may_choose || !candidate.is_guess) {
        return Ok(());
    }
    if candidate.is_guess {
        let says = format!("{} does not say what is in {}", candidate.seller, candidate.title);
        let cure = format!("ask for {FEW} packages at most: then its product can be chosen");
        return Err(Refusal::new("product", says, cure));
    }
    let tier = state.sellers.get(&candidate.seller).and_then(|seller| seller.tier);
    let tier = tier.map_or_else(|| "your tier".to_owned(), |tier| format!("tier {tier}"));
    Err(Refusal::new(
        "product",
        format!("{} names no product in {} at {tier}", candidate.seller, candidate.title),
        "reveal the seat to it (sellers.reveal), then r asks for its kit again",
    ))
}

fn form(candidates: &[Candidate], state: &State, now: Timestamp) -> Form {
    let today = now.to_zoned(TimeZone::UTC).date();
    let day = |days: i64| {
        today.checked_add(SignedDuration::from_hours(24 * days)).map_or(today, |date| date)
    };
    let mut entries: Vec<Entry> = Vec::new();
    for candidate in candidates.iter().filter(|_| candidates.len() <= FEW) {
        let names = candidate.products.iter().map(|(_, name)| name.clone()).collect();
        let hint = if candidate.is_guess {
            format!("of {}, which does not say: choose", candidate.seller)
        } else {
            format!("of {}", candidate.seller)
        };
        entries.push(Entry::choice(PRODUCT, names, 0, hint));
    }
    let kind = candidates.iter().find_map(|candidate| {
        let product = candidate.products.first().map(|(id, _)| id)?;
        let known = state.sellers.get(&candidate.seller)?.product(product);
        known.and_then(|known| known.deal_types.iter().find_map(|w| DealType::parse(w)))
    });
    let kind = kind.unwrap_or(DealType::Guaranteed);
    let place = DealType::ALL.iter().position(|other| *other == kind).unwrap_or(0);
    let kinds = DealType::ALL.iter().map(|kind| format!("{kind}  {}", kind.words())).collect();
    let currency = state.setup.limits.currency;
    entries.push(Entry::choice(TYPE, kinds, place, ""));
    entries.push(Entry::new(
        IMPS,
        Kind::Count,
        IMPRESSIONS,
        "500000, 500k or 1.2m; a PG needs them",
    ));
    entries.push(Entry::new(
        START,
        Kind::Day,
        &day(STARTS_IN).to_string(),
        "first day, sent as it stands",
    ));
    entries.push(Entry::new(END, Kind::Day, &day(STARTS_IN + LASTS).to_string(), "last day"));
    entries.push(Entry::new(
        TARGET,
        Kind::Price,
        "",
        format!("{currency}; a hint to the seller, may stay empty"),
    ));
    let send = entries.len();
    Form::new(entries, send)
}

/// The terms that all sellers are asked for.
#[derive(Debug, Clone)]
struct Terms {
    kind: DealType,
    impressions: Option<u64>,
    start: Date,
    end: Date,
    target: Option<Cpm>,
}

impl QuoteTicket {
    fn terms(&self, state: &State) -> Result<Terms, String> {
        let form = &self.form;
        let no = |what: &str, text: &str, like: &str| format!("{what}: {text:?} is not {like}");
        let kind = DealType::ALL.get(form.chosen(TYPE)).copied().unwrap_or(DealType::Guaranteed);
        let text = form.text(IMPS);
        let impressions = match text {
            "" => None,
            text => {
                Some(money::typed::count(text).map_err(|no| format!("{IMPS}: {text:?}: {no}"))?)
            }
        };
        let day = |label: &str| -> Result<Date, String> {
            let text = form.text(label);
            text.parse().map_err(|_| no(label, text, "a day (2026-07-01)"))
        };
        let (text, currency) = (form.text(TARGET), state.setup.limits.currency);
        let target = match text {
            "" => None,
            text => Some(
                money::typed::amount(text, currency)
                    .map_err(|wrong| format!("{TARGET}: {text:?}: {wrong}"))?,
            ),
        };
        let target = target.map(|amount| Cpm::new(amount, currency));
        Ok(Terms { kind, impressions, start: day(START)?, end: day(END)?, target })
    }

    fn product(&self, place: usize) -> Option<&(ProductId, String)> {
        let candidate = self.candidates.get(place)?;
        let chosen = if self.candidates.len() <= FEW { self.form.chosen_at(place) } else { 0 };
        candidate.products.get(chosen)
    }

    /// What is asked of the seller of a line of the ticket.
    fn ask(&self, state: &State, terms: &Terms, place: usize) -> Option<(SellerName, QuoteAsk)> {
        let seller = self.candidates.get(place)?.seller.clone();
        let (product, name) = self.product(place)?;
        let ask = QuoteAsk {
            product_id: product.clone(),
            product_name: Some(name.clone()),
            deal_type: terms.kind,
            impressions: terms.impressions,
            flight_start: terms.start,
            flight_end: terms.end,
            target_cpm: terms.target,
            identity: Self::identity(state, &seller),
        };
        Some((seller, ask))
    }

    /// A target that a seller would take although its own price is lower: the rule is the desk's, here
    /// it is known before anyone is asked.
    fn too_high(state: &State, asks: &[(SellerName, QuoteAsk)]) -> Option<String> {
        asks.iter().find_map(|(seller, ask)| {
            let highest = judge::highest_target(state, seller, ask)?;
            let target = ask.target_cpm.filter(|target| *target > highest)?;
            let (target, highest) = (target.plain(), highest.plain());
            Some(format!(
                "{TARGET}: {seller} would take {target} as it stands, and would ask {highest} \
                 without one → give {highest} at most, or no target"
            ))
        })
    }

    /// What a seller is told of us.
    fn identity(state: &State, seller: &SellerName) -> Identity {
        let reveal = state.sellers.get(seller).map(|seller| seller.info.reveal).unwrap_or_default();
        state.setup.identity.revealed(reveal)
    }

    fn send(&mut self, cx: &mut Cx<'_>) {
        let terms = match self.terms(cx.state) {
            Ok(terms) => terms,
            Err(trouble) => {
                self.trouble = Some(trouble);
                return;
            }
        };
        let places = 0..self.candidates.len();
        let asks: Vec<_> = places.filter_map(|place| self.ask(cx.state, &terms, place)).collect();
        if let Some(trouble) = Self::too_high(cx.state, &asks) {
            self.trouble = Some(trouble);
            return;
        }
        let rfq = (asks.len() > 1).then(|| rfq::minted(cx.state, cx.now));
        for (seller, ask) in asks {
            cx.command(Command::RequestQuote { seller, ask, rfq: rfq.clone() });
        }
        (self.sent, self.trouble) = (Some(cx.state.version), None);
        cx.go(ScreenId::Quotes, rfq.map(Target::Rfq));
    }
}

impl Modal for QuoteTicket {
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc {
            return Flow::Close;
        }
        let answers =
            chord == Chord::char('y') || (chord.key == Key::Enter && self.form.is_at_send());
        if answers {
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
        // The desk took it: from here on the quotes tell.
        self.sent.is_none_or(|version| version == dx.state.version)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, screen, dx);
    }

    fn disturbed(&mut self, now: Timestamp) {
        self.guard.disturbed(now);
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
