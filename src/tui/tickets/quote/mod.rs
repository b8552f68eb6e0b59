//! The ticket that asks one or more sellers for a price. A quote commits nothing, but it tells each
//! seller who we are: the ticket names every field it sends, to whom, before it sends.

mod view;

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ratatui::{Frame, layout::Rect, text::Line};
use strum::IntoEnumIterator as _;

use super::writable;
use crate::{
    desk::{Command, State, judge},
    domain::{
        Cpm, Currency, DealType, Identity, ProductId, QuoteAsk, Refusal, SellerName, Tier,
        flight::{self, Odd},
        money,
    },
    tui::parts::{
        context::{Cx, Dx},
        rfq,
        screen::{ScreenId, Target},
        sheet::{
            Answer, Confirm, Confirmed, Content, TicketSheet,
            form::{Entry, Form, Kind},
        },
        want::Candidate,
    },
};

/// Impressions where nothing else is said: the guide's.
const IMPRESSIONS: &str = "500000";

const TYPE: &str = "deal type";
const IMPS: &str = "impressions";
const START: &str = "flight start";
const END: &str = "flight end";
const TARGET: &str = "target CPM";
const PRODUCT: &str = "product";
const REVEAL: &str = "reveal";

/// Up to so many packages have a line of their own to choose the product on; of more, the first product
/// of each is asked for.
const FEW: usize = 5;

/// The quote ticket.
#[derive(Debug)]
struct QuoteTicket {
    candidates: Vec<Candidate>,
    /// Who is not asked, and why.
    left_out: Vec<String>,
    form: Form,
}

/// Opens it on the first line that is typed: what is filled in is sensible as it stands, and `y` asks from
/// every line.
pub(super) fn open(candidates: Vec<Candidate>, cx: &mut Cx<'_>) -> Result<(), Refusal> {
    writable(cx)?;
    if candidates.is_empty() {
        return Err(Refusal::new(
            "quote",
            "nothing is chosen",
            "choose a package or a product in the kit (2)",
        ));
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
    TicketSheet::open(QuoteTicket { candidates: asked, left_out, form }, cx);
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
        "reveal your seat ID to it (`reveal` in its block of the configuration), then r asks for its kit again",
    ))
}

fn form(candidates: &[Candidate], state: &State, now: Timestamp) -> Form {
    let today = today(now);
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
    let kind = usual_kind(candidates, state);
    let place = DealType::ALL.iter().position(|other| *other == kind).unwrap_or(0);
    let kinds = DealType::ALL.iter().map(|kind| format!("{kind}  {}", kind.words())).collect();
    let currency = currency(candidates, state);
    let (start, end) = flight::usual_flight(today);
    entries.push(Entry::choice(TYPE, kinds, place, ""));
    let hint = "500000, 500k or 1.2m; a PG needs them";
    entries.push(Entry::new(IMPS, Kind::Count, IMPRESSIONS, hint));
    let hint = "first day, or +7d from today";
    entries.push(Entry::new(START, Kind::Day(today), &start.to_string(), hint));
    let hint = "last day, or +30d from the first";
    entries.push(Entry::new(END, Kind::Day(start), &end.to_string(), hint));
    let hint = format!("{currency}; a hint to the seller, may stay empty");
    entries.push(Entry::new(TARGET, Kind::Price(currency), "", hint));
    let tiers = tiers(candidates, state).into_iter().map(|tier| tier.to_string());
    let hint = "the most that is told of you; less costs discount";
    entries.push(Entry::choice(REVEAL, tiers.collect(), 0, hint));
    let mut form = Form::new(entries, 0);
    // Where a person has to choose the product, that comes first.
    if !candidates.iter().any(|candidate| candidate.is_guess) {
        form.go(IMPS);
    }
    form
}

/// What a target is typed in: the currency that the sellers price in, where that is one.
fn currency(candidates: &[Candidate], state: &State) -> Currency {
    let listed = |candidate: &Candidate| {
        let (product, _) = candidate.products.first()?;
        state.sellers.get(&candidate.seller)?.product(product)?.base_cpm
    };
    let priced = candidates.iter().filter_map(|one| listed(one).or(one.price));
    let all: BTreeSet<_> = priced.map(|price| price.currency()).collect();
    let own = state.setup.limits.currency;
    all.first().copied().filter(|_| all.len() == 1).unwrap_or(own)
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The kind of deal that is asked for where nobody says otherwise: the usual one, unless the first product
/// is sold by other kinds alone.
fn usual_kind(candidates: &[Candidate], state: &State) -> DealType {
    let sold = candidates.iter().find_map(|candidate| {
        let (product, _) = candidate.products.first()?;
        let known = state.sellers.get(&candidate.seller)?.product(product)?;
        let kinds: Vec<_> =
            known.deal_types.iter().filter_map(|word| DealType::parse(word)).collect();
        Some(kinds).filter(|kinds| !kinds.is_empty())
    });
    let usual = DealType::USUAL;
    match sold {
        Some(kinds) if !kinds.contains(&usual) => kinds[0],
        Some(_) | None => usual,
    }
}

/// What may be told of us to any of the sellers, the most first.
fn tiers(candidates: &[Candidate], state: &State) -> Vec<Tier> {
    let of = |candidate: &Candidate| {
        QuoteTicket::revealed(state, &candidate.seller, Tier::Advertiser).tier()
    };
    let most = candidates.iter().map(of).max().unwrap_or_default();
    let mut tiers: Vec<_> = Tier::iter().filter(|tier| *tier <= most).collect();
    tiers.reverse();
    // Of two that tell the same, the lower one says it.
    tiers.retain(|tier| state.setup.identity.revealed(*tier).tier() == *tier);
    tiers
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
    fn terms(&self, dx: (&State, Timestamp)) -> Result<Terms, String> {
        let ((state, now), form) = (dx, &self.form);
        if let Some((label, fault)) = form.fault() {
            return Err(format!("{label}: {:?} is {fault}", form.text(label)));
        }
        let kind = DealType::ALL.get(form.chosen(TYPE)).copied().unwrap_or(DealType::USUAL);
        let impressions = money::typed::count(form.text(IMPS)).ok();
        let day = |label: &str, from: Date| {
            flight::day(form.text(label), from).ok_or_else(|| format!("{label}: say which day"))
        };
        let start = day(START, today(now))?;
        let end = day(END, start)?;
        let currency = currency(&self.candidates, state);
        let target = money::typed::amount(form.text(TARGET), currency).ok();
        let target = target.map(|amount| Cpm::new(amount, currency));
        Ok(Terms { kind, impressions, start, end, target })
    }

    /// The most that is told of us, as it is chosen.
    fn most(&self, state: &State) -> Tier {
        let tiers = tiers(&self.candidates, state);
        tiers.get(self.form.chosen(REVEAL)).copied().unwrap_or_default()
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
            identity: self.identity(state, &seller),
            currency: None,
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
    fn identity(&self, state: &State, seller: &SellerName) -> Identity {
        Self::revealed(state, seller, self.most(state))
    }

    /// What a seller may be told of us, and no more than `most`.
    fn revealed(state: &State, seller: &SellerName, most: Tier) -> Identity {
        let reveal = state.sellers.get(seller).map(|seller| seller.info.reveal).unwrap_or_default();
        state.setup.identity.revealed(reveal.min(most))
    }

    fn send(&self, cx: &mut Cx<'_>) -> Result<(), String> {
        let terms = self.terms((cx.state, cx.now))?;
        if let Some(Odd::Stops(why)) = flight::odd_flight(terms.start, terms.end, today(cx.now)) {
            return Err(format!("{why} → give other days"));
        }
        let places = 0..self.candidates.len();
        let asks: Vec<_> = places.filter_map(|place| self.ask(cx.state, &terms, place)).collect();
        if let Some(trouble) = Self::too_high(cx.state, &asks) {
            return Err(trouble);
        }
        let rfq = (asks.len() > 1).then(|| rfq::new_id(cx.state, cx.now));
        let alone = asks.first().map(|(seller, ask)| Target::Asked {
            seller: seller.clone(),
            product: ask.product_id.clone(),
            since: cx.now,
        });
        for (seller, ask) in asks {
            cx.command(Command::RequestQuote { seller, ask, rfq: rfq.clone() });
        }
        // What was marked to be asked is asked.
        cx.unmark();
        cx.go(ScreenId::Quotes, rfq.map(Target::Rfq).or(alone));
        Ok(())
    }
}

impl Content for QuoteTicket {
    fn title(&self, _dx: &Dx<'_>) -> String {
        format!("QUOTE · asks {}", view::sellers(self))
    }

    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Option<Vec<Line<'static>>> {
        Some(view::below(self, dx, wide))
    }

    fn confirm(&self, _state: &State) -> Confirm {
        let many = self.candidates.len();
        let ask =
            if many == 1 { "asks for the quote".to_owned() } else { format!("asks all {many}") };
        Confirm::Yes(ask, vec![("tab ↑ ↓", "another line"), ("← →", "another choice")])
    }

    fn confirmed(&mut self, _answer: Confirmed, cx: &mut Cx<'_>) -> Result<(), String> {
        self.send(cx)
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
        if let Some(start) = flight::day(self.form.text(START), today(cx.now)) {
            self.form.count_from(END, start);
        }
    }

    fn draw(&self, answer: &Answer, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw((self, answer), frame, screen, dx);
    }
}
