//! One deal: what we say and what they say, what it costs, what goes into the DSP, and everything
//! that happened to it.

mod activation;
mod checklist;
mod copies;
mod panes;
mod readback;
#[cfg(test)]
mod tests;
mod view;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    desk::{Command, DealRecord, State},
    domain::{
        DealRef,
        activation::{Dsp, by_name, dsps},
    },
    tui::{
        parts::{
            context::{Cx, Dx, Wake},
            keymap::{self, deal::Action},
            list::{List, Listed},
            screen::{Motion, Screen, Target},
        },
        screens::{describe, log},
    },
};

pub(crate) use panes::polls;

/// The panes; tabs where the terminal is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Pane {
    #[default]
    Terms,
    Activation,
    Steps,
    Audit,
}

impl Pane {
    const ALL: [Self; 4] = [Self::Terms, Self::Activation, Self::Steps, Self::Audit];

    fn name(self) -> &'static str {
        match self {
            Self::Terms => "Terms",
            Self::Activation => "Activation",
            Self::Steps => "In the DSP",
            Self::Audit => "Audit",
        }
    }
}

/// The screen's view state.
#[derive(Debug, Default)]
pub(crate) struct DealDetail {
    deal: Option<DealRef>,
    pane: Pane,
    scroll: [usize; Pane::ALL.len()],
    /// How far each pane can be scrolled.
    most: [usize; Pane::ALL.len()],
    /// What that was found out for: the desk's version, the size, the DSP, the deal.
    measured: Option<(u64, Rect, Option<usize>, Option<DealRef>)>,
    dsps: Vec<Dsp>,
    /// What is said of the deal's block, and the block.
    block: activation::Block,
    /// The DSP whose steps a person chose.
    dsp: Option<usize>,
    audit: List<u64>,
    /// Numbers of the log's lines about the deal, and for which log they were found.
    trail: Vec<u64>,
    found: Option<(u64, u64, Option<DealRef>)>,
}

impl DealDetail {
    /// The deal that is shown.
    fn record<'a>(&self, state: &'a State) -> Option<&'a DealRecord> {
        state.deals.get(self.deal.as_ref()?)
    }

    fn find(&mut self, state: &State) {
        let wanted = Some((state.log.made(), self.audit.version, self.deal.clone()));
        if self.found == wanted {
            return;
        }
        self.found = wanted;
        let Some(record) = self.record(state) else { return self.trail.clear() };
        let mut ids = vec![record.deal.deal_id.as_str()];
        ids.extend(record.deal.quote_id.as_ref().map(crate::domain::QuoteId::as_str));
        let lines = state.log.lines().iter();
        let about = lines.filter(|line| describe::is_about(line, &record.deal.seller, &ids));
        let about = about.filter(|line| self.audit.filter().matches(&log::Row(line)));
        self.trail = about.map(|line| line.number).collect();
    }

    /// Goes to the deal before or after, in the order they were booked.
    fn step(&mut self, state: &State, by: isize) {
        let here = self.deal.as_ref().and_then(|deal| state.deals.get_index_of(deal));
        let next = here.and_then(|here| here.checked_add_signed(by));
        if let Some((key, _)) = next.and_then(|next| state.deals.get_index(next)) {
            self.show(key.clone());
        }
    }

    fn show(&mut self, deal: DealRef) {
        if self.deal.as_ref() != Some(&deal) {
            self.deal = Some(deal);
            self.scroll = Default::default();
            self.audit = List::default();
            self.found = None;
        }
    }

    /// The DSP whose steps are shown: the chosen one, else ours, else the one the seller names.
    fn dsp(&self, state: &State) -> Option<&Dsp> {
        if let Some(chosen) = self.dsp {
            return self.dsps.get(chosen);
        }
        let named = self
            .record(state)
            .into_iter()
            .flat_map(|record| record.deal.activation_instructions.keys().map(String::as_str));
        let ours = state.setup.identity.dsp_platform.as_deref();
        let wanted = ours.into_iter().chain(named).find_map(by_name);
        let place = wanted.and_then(|wanted| self.dsps.iter().position(|dsp| *dsp == wanted));
        self.dsps.get(place.unwrap_or(0))
    }

    fn next_dsp(&mut self, cx: &mut Cx<'_>) {
        let here = self.dsp(cx.state).cloned();
        let place = here.and_then(|here| self.dsps.iter().position(|dsp| *dsp == here));
        let next = place.map_or(0, |place| place + 1) % self.dsps.len().max(1);
        self.dsp = Some(next);
        self.scroll[Pane::Steps as usize] = 0;
        if let Some(dsp) = self.dsps.get(next) {
            cx.say(format!("the steps in {}", dsp.title));
        }
    }

    /// Opens something for the deal that is shown, or says that there is none.
    fn with(&self, cx: &mut Cx<'_>, act: impl FnOnce(&DealRecord, &mut Cx<'_>)) {
        match self.record(cx.state) {
            Some(record) => act(record, cx),
            None => cx.say("there is no deal here"),
        }
    }

    fn turn(&mut self, by: usize) {
        let here = Pane::ALL.iter().position(|pane| *pane == self.pane).unwrap_or(0);
        self.pane = Pane::ALL[(here + by) % Pane::ALL.len()];
    }
}

impl Screen for DealDetail {
    fn focus(&self, _state: &State) -> Option<Target> {
        self.deal.clone().map(Target::Deal)
    }

    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        self.find(dx.state);
        if self.dsps.is_empty() {
            self.dsps = dsps();
        }
        if let (Some(record), Some(wide)) = (self.record(dx.state), view::block_width(body, dx)) {
            self.block.update(dx, record, wide);
        }
        let measured = Some((dx.state.version, body, self.dsp, self.deal.clone()));
        if self.measured != measured {
            self.measured = measured;
            self.most = view::most(self, body, dx);
        }
        for (scroll, most) in self.scroll.iter_mut().zip(self.most) {
            *scroll = (*scroll).min(most);
        }
        let height = usize::from(view::audit_height(body, dx));
        let trail = &self.trail;
        self.audit.settle(
            trail.len(),
            height,
            |place| trail.get(place).copied(),
            |number| trail.binary_search(number).ok(),
        );
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(frame, body, dx, self);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Deal(action) = action else { return };
        match action {
            Action::Open => match self.audit.cursor().and_then(|line| log::at(cx.state, *line)) {
                Some(line) => cx.open(Box::new(log::Raw::new(line))),
                None => cx.say("there is no line here"),
            },
            Action::Copy => self.with(cx, |record, cx| {
                cx.open(Box::new(copies::DealCopies::new(record)));
            }),
            Action::NextDsp => self.next_dsp(cx),
            Action::ReadBack => self.with(cx, |record, cx| {
                cx.open(Box::new(readback::ReadBackBox::new(record)));
            }),
            Action::CheckOff => self.with(cx, |record, cx| {
                cx.open(Box::new(checklist::Checklist::new(record)));
            }),
            Action::AskAgain => match &self.deal {
                Some(deal) => {
                    cx.command(Command::PollDeal(deal.clone()));
                    cx.say("asking the seller");
                }
                None => cx.say("there is no deal here"),
            },
            Action::ItemBefore => self.step(cx.state, -1),
            Action::NextItem => self.step(cx.state, 1),
        }
    }

    fn moved(&mut self, motion: Motion, _cx: &mut Cx<'_>) {
        match motion {
            Motion::NextPane | Motion::Right => self.turn(1),
            Motion::PaneBefore | Motion::Left => self.turn(Pane::ALL.len() - 1),
            Motion::Down
            | Motion::Up
            | Motion::Top
            | Motion::Bottom
            | Motion::PageDown
            | Motion::PageUp => {
                if self.pane == Pane::Audit {
                    return self.audit.moved(motion);
                }
                let scroll = &mut self.scroll[self.pane as usize];
                *scroll = match motion {
                    Motion::Down => scroll.saturating_add(1),
                    Motion::PageDown => scroll.saturating_add(10),
                    Motion::Bottom => usize::MAX,
                    Motion::PageUp => scroll.saturating_sub(10),
                    Motion::Top => 0,
                    Motion::Up
                    | Motion::Left
                    | Motion::Right
                    | Motion::NextPane
                    | Motion::PaneBefore => scroll.saturating_sub(1),
                };
            }
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        if self.pane == Pane::Audit { Some(&mut self.audit) } else { None }
    }

    fn list(&self) -> Option<&dyn Listed> {
        if self.pane == Pane::Audit { Some(&self.audit) } else { None }
    }

    fn select(&mut self, target: &Target, _state: &State) {
        if let Target::Deal(deal) = target {
            self.show(deal.clone());
        }
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        if let Some(record) = self.record(dx.state)
            && let Some(next) = panes::next_poll(dx, record)
            && next > dx.now
        {
            wake.clock(next.duration_since(dx.now), dx.now);
        }
    }

    fn fits(&self, action: keymap::Action, _state: &State, _now: Timestamp) -> bool {
        // The copy menu stands in every footer already.
        action != keymap::Action::Deal(Action::Copy)
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        self.deal.as_ref().map(|deal| deal.deal_id.to_string()).unwrap_or_default()
    }
}
