//! Kit: what every seller has on offer, in one grid: packages, and products that are in none. One is chosen
//! or marked here, and `Q` asks its seller for a price.

mod detail;
mod facets;
mod rows;
mod view;

use std::collections::BTreeSet;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use self::{
    facets::Facets,
    rows::{Key, Kind, Row, SORTS, Whole},
};
use crate::{
    desk::{Command, SellerState, State},
    domain::{
        Package, Product, ProductId, Refusal, kit,
        matching::{self, Wanted},
    },
    tui::parts::{
        context::{Cx, Dx, Wake},
        copies,
        keymap::{self, kit::Action},
        list::{List, Listed},
        screen::{Copyable, Screen, Target},
        want::{Candidate, Want},
        widths::Kept,
    },
};

/// The most that is asked for at once: what can be read on one ticket.
const MARKS: usize = 24;

/// The screen's view state.
#[derive(Debug)]
pub(crate) struct Kit {
    list: List<Key>,
    rows: Vec<Row>,
    /// What there is before any filter.
    whole: Whole,
    facets: Facets,
    marked: BTreeSet<Key>,
    /// Whether the detail of one package takes the whole place.
    opened: bool,
    /// What the rows were made from: the desk's version, the list's, and the facets.
    made: Option<(u64, u64, Facets)>,
    /// How wide the columns are.
    widths: Kept,
}

impl Default for Kit {
    fn default() -> Self {
        Self {
            list: List::new(SORTS.len()),
            rows: Vec::new(),
            whole: Whole::default(),
            facets: Facets::default(),
            marked: BTreeSet::new(),
            opened: false,
            made: None,
            widths: Kept::default(),
        }
    }
}

impl Kit {
    fn row(&self) -> Option<&Row> {
        self.rows.get(self.list.place())
    }

    /// The marked packages, or the one under the cursor.
    fn chosen(&self, state: &State) -> Vec<Candidate> {
        let marked = self.rows.iter().filter(|row| self.marked.contains(&row.key));
        let mut rows: Vec<_> = marked.collect();
        if rows.is_empty() {
            rows.extend(self.row());
        }
        rows.into_iter().filter_map(|row| candidate(row, state)).collect()
    }

    fn mark(&mut self, cx: &mut Cx<'_>) {
        let Some(key) = self.row().map(|row| row.key.clone()) else {
            return cx.say("nothing to mark here");
        };
        if self.marked.remove(&key) {
            return;
        }
        if self.marked.len() >= MARKS {
            let says = format!("{MARKS} are marked already");
            return cx.refuse(&Refusal::new(
                "marks",
                says,
                "ask for those first (Q), or unmark one",
            ));
        }
        self.marked.insert(key);
    }

    /// Marks every row that is shown, or where all are marked, none.
    fn mark_all(&mut self, cx: &mut Cx<'_>) {
        let shown: BTreeSet<_> = self.rows.iter().map(|row| row.key.clone()).collect();
        if shown.is_subset(&self.marked) {
            self.marked.retain(|key| !shown.contains(key));
            return;
        }
        if self.marked.union(&shown).count() > MARKS {
            let says = format!("{} are shown, {MARKS} can be asked for at once", shown.len());
            return cx.refuse(&Refusal::new("marks", says, "narrow the rows first (/, w, t)"));
        }
        self.marked.extend(shown);
    }

    /// What was marked was asked for.
    pub(crate) fn unmark(&mut self) {
        self.marked.clear();
    }

    fn ask_again(cx: &mut Cx<'_>) {
        let names: Vec<_> = cx.state.sellers.keys().cloned().collect();
        if names.is_empty() {
            return cx.say("no seller is configured");
        }
        cx.say(format!("asking {} sellers for their kits", names.len()));
        for name in names {
            cx.command(Command::RefreshKit(name));
        }
    }
}

/// What is behind a row.
enum Offer<'a> {
    Package(&'a Package),
    Product(&'a Product),
}

fn offer<'a>(row: &Row, state: &'a State) -> Option<(&'a SellerState, Offer<'a>)> {
    let seller = state.sellers.get(&row.key.seller)?;
    Some((
        seller,
        match row.key.kind {
            Kind::Package => Offer::Package(seller.packages.as_ref()?.get(row.place)?),
            Kind::Product => Offer::Product(seller.products.as_ref()?.get(row.place)?),
        },
    ))
}

/// A name, or the id where there is none.
fn name(id: &ProductId, name: &str) -> String {
    if name.is_empty() { id.to_string() } else { name.to_owned() }
}

/// What a quote on a row could be asked for.
fn candidate(row: &Row, state: &State) -> Option<Candidate> {
    match offer(row, state)? {
        (seller, Offer::Package(package)) => Some(of_package(row, seller, package, state)),
        (_, Offer::Product(product)) => {
            let title = name(&product.product_id, &product.name);
            let products = vec![(product.product_id.clone(), title.clone())];
            let seller = row.key.seller.clone();
            Some(Candidate { seller, title, products, is_guess: false, price: None, blend: None })
        }
    }
}

/// Of which products the kit's price is a blend, if it is one, as this seller prices them for us.
fn blend(seller: &SellerState, package: &Package, state: &State) -> Option<String> {
    package.exact_price?;
    let parts = package.blend(seller.products.as_deref().unwrap_or_default());
    let tier = state.setup.identity.revealed(seller.info.reveal).tier();
    kit::blend_in_words(&parts, tier)
}

/// What a quote on a package could be asked for: its products that the seller is known to quote
/// first; where it names none, the product of the package's name, then whatever its catalogue holds.
fn of_package(row: &Row, seller: &SellerState, package: &Package, state: &State) -> Candidate {
    let listed = |id: &ProductId| seller.product(id).is_some();
    let mut products: Vec<_> = package
        .placements
        .iter()
        .map(|place| (place.product_id.clone(), name(&place.product_id, &place.product_name)))
        .collect();
    products.sort_by_key(|(id, _)| !listed(id));
    let is_named = products.first().is_some_and(|(id, _)| listed(id));
    let mut is_guess = false;
    if !is_named {
        let catalogue = seller.products.as_deref().unwrap_or_default();
        let wanted = Wanted { name: Some(package.name.clone()), ..Wanted::default() };
        let same = matching::find(&wanted, &row.key.seller, catalogue).ok();
        let same = same.map(|found| found.product);
        is_guess = same.is_none() && products.is_empty();
        let rest = catalogue.iter().filter(|known| same != Some(*known));
        let known = same.into_iter().chain(rest);
        products.extend(
            known.map(|known| (known.product_id.clone(), name(&known.product_id, &known.name))),
        );
    }
    is_guess &= !products.is_empty();
    let blend = blend(seller, package, state);
    let (seller, title) = (row.key.seller.clone(), package.name.clone());
    Candidate { seller, title, products, is_guess, price: package.exact_price, blend }
}

impl Screen for Kit {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        let made = (dx.state.version, self.list.version, self.facets.clone());
        if self.made.as_ref() != Some(&made) {
            let filter = self.list.filter();
            (self.rows, self.whole) = rows::all(dx.state, &self.facets, filter, self.list.sort());
            self.made = Some(made);
        }
        let (rows, place) = (&self.rows, self.list.place());
        let height = view::grid_height(self, body, dx);
        self.list.settle(
            rows.len(),
            height,
            |place| rows.get(place).map(|row| row.key.clone()),
            |key| {
                // Most of the time it has not moved.
                let here = rows.get(place).is_some_and(|row| row.key == *key);
                if here { Some(place) } else { rows.iter().position(|row| row.key == *key) }
            },
        );
        let of = (body.width, self.list.version, self.rows.len());
        self.widths.sees(of, view::wants(self));
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, body, dx);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Kit(action) = action else { return };
        match action {
            Action::Quote => cx.want(Want::Quotes(self.chosen(cx.state))),
            Action::Mark => self.mark(cx),
            Action::MarkAll => self.mark_all(cx),
            Action::Seller => self.facets.next_seller(cx.state),
            Action::Format => self.facets.next_format(cx.state),
            Action::Open => self.opened = !self.opened && self.row().is_some(),
            Action::AskAgain => Self::ask_again(cx),
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn select(&mut self, target: &Target, _state: &State) {
        if let Target::Seller(seller) = target {
            self.facets = Facets { seller: Some(seller.clone()), format: None };
        }
    }

    fn back(&mut self) -> bool {
        if self.opened {
            self.opened = false;
        } else if !self.facets.is_empty() {
            self.facets = Facets::default();
        } else if !self.marked.is_empty() {
            self.marked.clear();
        } else {
            return false;
        }
        true
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        for seller in dx.state.sellers.values() {
            // Ages are shown in minutes; a kit that is being asked for, in seconds.
            if let Some(asked) = seller.kit_asked {
                wake.clock(asked.duration_since(dx.now), dx.now);
            } else if let Some(at) = seller.kit_at {
                let age = dx.now.duration_since(at).as_secs();
                let next = 60 - age.rem_euclid(60);
                wake.by(dx
                    .now
                    .saturating_add(jiff::SignedDuration::from_secs(next))
                    .unwrap_or(dx.now));
            }
        }
    }

    fn fits(&self, action: keymap::Action, _state: &State, _now: Timestamp) -> bool {
        let keymap::Action::Kit(action) = action else { return true };
        match action {
            Action::Quote | Action::Mark | Action::MarkAll | Action::Open => self.row().is_some(),
            Action::Seller | Action::Format => self.whole.count() > 0,
            Action::AskAgain => true,
        }
    }

    fn focus(&self, _state: &State) -> Option<Target> {
        self.row().map(|row| Target::Seller(row.key.seller.clone()))
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        match self.row().and_then(|row| offer(row, state)) {
            Some((_, Offer::Package(package))) => copies::of_package(package),
            Some((_, Offer::Product(product))) => copies::of_product(product),
            None => Vec::new(),
        }
    }

    fn order(&self) -> &'static str {
        SORTS.get(self.list.sort()).copied().unwrap_or_default()
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        self.facets.words()
    }
}
