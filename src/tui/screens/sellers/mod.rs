//! Sellers: whether they answer, how fast, what they know us as, how far their clock is off.

mod about;
mod view;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    desk::{Command, SellerState, State, log::What},
    domain::{Refusal, SellerName},
    tui::{
        parts::{
            context::{Cx, Dx, Wake},
            filter::Fields,
            keymap::{self, sellers::Action},
            list::{List, Listed},
            pane,
            screen::{Copyable, Screen, ScreenId, Target},
            want::Want,
        },
        screens::log,
    },
};

pub(crate) use view::health_mark;

/// How many exchanges with a seller are kept in view.
const EXCHANGES: usize = 40;

/// The screen's view state.
#[derive(Debug, Default)]
pub(crate) struct Sellers {
    list: List<SellerName>,
    shown: Vec<SellerName>,
    found: Option<(u64, u64, usize)>,
    /// Numbers of the log's newest exchanges with the seller under the cursor, newest first.
    exchanges: Vec<u64>,
    exchanges_of: Option<(u64, SellerName)>,
}

struct Row<'a>(&'a SellerState);

impl Fields for Row<'_> {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        let info = &self.0.info;
        let (name, health) = (info.name.to_string(), self.0.health.to_string());
        [&name, &info.url, &info.protocol, &info.auth, &health].into_iter().any(|word| is(word))
    }

    fn field(&self, name: &str) -> Option<String> {
        Some(match name {
            "seller" | "name" => self.0.info.name.to_string(),
            "host" => self.0.info.url.clone(),
            "health" => self.0.health.to_string(),
            "dialect" => self.0.spoke.as_ref()?.dialect.clone(),
            "tier" => self.0.tier?.to_string(),
            "p50" => self.0.percentile(50)?.to_string(),
            "p95" => self.0.percentile(95)?.to_string(),
            _ => return None,
        })
    }
}

impl Sellers {
    fn current<'a>(&self, state: &'a State) -> Option<&'a SellerState> {
        state.sellers.get(self.list.cursor()?)
    }

    fn find(&mut self, state: &State) {
        let wanted = Some((state.version, self.list.version, state.sellers.len()));
        if self.found != wanted {
            self.found = wanted;
            let fits = |seller: &&SellerState| self.list.filter().matches(&Row(seller));
            let sellers = state.sellers.values().filter(fits);
            self.shown = sellers.map(|seller| seller.info.name.clone()).collect();
        }
    }

    fn find_exchanges(&mut self, state: &State) {
        let Some(name) = self.list.cursor() else { return self.exchanges.clear() };
        let wanted = Some((state.log.made(), name.clone()));
        if self.exchanges_of == wanted {
            return;
        }
        let with = |line: &&crate::desk::log::Line| match &line.what {
            What::Exchange(exchange, _) => exchange.seller == *name,
            What::Fact(_) | What::Refused(_) => false,
        };
        let lines = state.log.lines().iter().rev().filter(with).take(EXCHANGES);
        self.exchanges = lines.map(|line| line.number).collect();
        self.exchanges_of = wanted;
    }

    /// The exchanges in view.
    fn exchanges<'a>(&self, state: &'a State) -> impl Iterator<Item = &'a crate::desk::log::Line> {
        self.exchanges.iter().filter_map(|number| log::at(state, *number))
    }
}

/// Stops a seller, without a question.
fn halt(seller: SellerName, cx: &mut Cx<'_>) {
    if cx.state.controls.sellers.contains_key(&seller) {
        let says = format!("{seller}: it is halted already");
        return cx.refuse(&Refusal::new("halt", says, "resume it (U) and type the word"));
    }
    cx.command(Command::Halt { seller: Some(seller), why: "by hand".to_owned() });
}

impl Screen for Sellers {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        self.find(dx.state);
        let area = view::layout(body, self.shown.len()).list;
        let said = usize::from(pane::state_rows(area, dx, &view::content(dx, self)));
        let height = usize::from(area.height).saturating_sub(3 + said);
        let shown = &self.shown;
        self.list.settle(
            shown.len(),
            height,
            |place| shown.get(place).cloned(),
            |name| shown.iter().position(|other| other == name),
        );
        self.find_exchanges(dx.state);
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(frame, body, dx, self);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Sellers(action) = action else { return };
        let Some(seller) = self.list.cursor().cloned() else {
            let cure = "name one under [sellers] in the configuration, or show all (Esc)";
            return cx.refuse(&Refusal::new("seller", "there is no seller here", cure));
        };
        match action {
            Action::Open => cx.go(ScreenId::Kit, Some(Target::Seller(seller))),
            Action::Test => {
                cx.say(format!("testing {seller} and our key with harmless reads"));
                cx.command(Command::Probe(seller.clone()));
                cx.command(Command::CheckKey(seller));
            }
            Action::Halt => halt(seller, cx),
            Action::Resume => {
                let controls = &cx.state.controls;
                let is_halted = controls.sellers.contains_key(&seller);
                let whom = (is_halted || controls.halt.is_none()).then_some(seller);
                cx.want(Want::Resume(whom));
            }
            Action::AskAgain => {
                cx.say(format!("asking {seller} for its packages and products"));
                cx.command(Command::RefreshKit(seller));
            }
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn select(&mut self, target: &Target, state: &State) {
        if let Target::Seller(name) = target
            && state.sellers.contains_key(name)
        {
            self.list.put(name.clone());
        }
    }

    // Ages are words in minutes: they need no waking of their own.
    fn wakes(&self, _wake: &mut Wake, _dx: &Dx<'_>) {}

    fn fits(&self, action: keymap::Action, state: &State, _now: Timestamp) -> bool {
        let keymap::Action::Sellers(action) = action else { return true };
        let Some(seller) = self.list.cursor() else { return false };
        let is_halted = state.controls.sellers.contains_key(seller);
        match action {
            Action::Halt => !is_halted,
            Action::Resume => is_halted || state.controls.halt.is_some(),
            Action::Open | Action::Test | Action::AskAgain => true,
        }
    }

    fn focus(&self, state: &State) -> Option<Target> {
        self.current(state).map(|seller| Target::Seller(seller.info.name.clone()))
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        let Some(seller) = self.current(state) else { return Vec::new() };
        let copy = |key, what, text| Copyable { key, what, text };
        vec![
            copy('i', "name", seller.info.name.as_str().to_owned()),
            copy(
                'r',
                "row",
                format!("{}\t{}\t{}", seller.info.name, seller.info.url, seller.health),
            ),
            copy('d', "command line", format!("dealdesk sellers test {}", seller.info.name)),
        ]
    }
}
