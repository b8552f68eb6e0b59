//! The whole terminal face: which screen is shown, what lies over it, and where a key goes.

mod attached;
mod audience;
mod beside;
mod chrome;
mod filter;
mod foot;
mod keydoc;
mod lost;
mod options;
mod over;
mod overlay;
mod prepare;
mod room;
mod screens;
mod show;
mod small;
mod spoken;
mod watching;

pub use attached::Attached;
use jiff::Timestamp;
pub use keydoc::{KeyDoc, keys, keys_markdown, keys_toml};
pub use options::Options;
use ratatui::Frame;
pub use show::Focus;

use self::room::Showing;

use crate::{
    desk::{Command, State},
    domain::{Group, Refusal, fork::Forker},
    present::Show,
    tui::{
        app::{
            overlay::{Help, Leave},
            screens::Screens,
            watching::Watcher,
        },
        parts::{
            context::{Act, Cx, Go, Said, Wake},
            field::Field,
            keymap::{Action, Found, Keymap, desk::Action as A},
            keys::{Chord, KeyKind},
            modal::Modal,
            screen::{Motion, ScreenId},
            sheet::guard::Held,
            theme::Theme,
            want::Want,
        },
        tickets,
    },
};

/// The terminal face. View state only: the desk's state is given to every call.
#[derive(Debug)]
pub struct App {
    theme: Theme,
    keymap: Keymap,
    forker: Option<Forker>,
    size: (u16, u16),
    screens: Screens,
    screen: ScreenId,
    /// Screens to go back to.
    trail: Vec<ScreenId>,
    /// What lies over the screen, the topmost last.
    overlays: Vec<Box<dyn Modal>>,
    /// Keys of a sequence that is not complete.
    pressed: Vec<Chord>,
    /// The line after `/`, while it is typed.
    filtering: Option<Field>,
    said: Option<Said>,
    muted: bool,
    /// The key that answered a ticket, while it may be held down: what follows is none of its business.
    answered: Option<Held>,
    /// The key that was pressed last, wherever it went: it may be held down since.
    newest: Option<Held>,
    /// What stands beside the desk while it is shown.
    show: Option<Show>,
    /// What whoever watches a recording has pressed.
    watcher: Watcher,
    /// Whether the screen is empty, so that a room looks at whoever speaks.
    blank: bool,
    /// What a room sees of it, boxed, as it is large.
    showing: Box<Showing>,
}

impl App {
    /// A desk that shows its board.
    pub fn new(options: Options) -> Self {
        let Options { ground, depth, motion, ascii, forker, keymap, .. } = options;
        Self {
            theme: Theme { ground, depth, motion, ascii },
            keymap,
            forker,
            size: (80, 24),
            screens: Screens::default(),
            screen: ScreenId::Board,
            trail: Vec::new(),
            overlays: Vec::new(),
            pressed: Vec::new(),
            filtering: None,
            said: None,
            muted: false,
            answered: None,
            newest: None,
            show: None,
            watcher: Watcher::default(),
            blank: false,
            showing: Box::default(),
        }
    }

    /// Lays something over the screen, for tests of overlays.
    #[cfg(test)]
    pub(crate) fn lay(&mut self, overlay: Box<dyn Modal>) {
        self.overlays.push(overlay);
    }

    /// Whether the bell is muted.
    pub fn is_muted(&self) -> bool {
        self.muted
    }

    /// Whether a ticket is open on screen.
    pub fn has_ticket(&self) -> bool {
        self.overlays.iter().any(|overlay| overlay.is_ticket())
    }

    /// The terminal's title: `dealdesk LIVE !3`.
    pub fn title(&self, state: &State) -> String {
        let mine = if self.showing.is_on { 0 } else { state.board.count(Group::NeedsMe) };
        chrome::title(state, mine)
    }

    /// A key.
    pub fn key(&mut self, chord: Chord, kind: KeyKind, state: &State, now: Timestamp) -> Vec<Act> {
        self.prepare(state, now);
        let mut cx = Cx::new(state, now);
        // Any other key ends that, wherever it goes.
        let still_answers = self.still_answers(chord, now);
        let is_held = self.is_held(chord, now);
        if self.keymap.halts(chord) {
            self.halt(&mut cx);
        } else if self.key_show(chord, &mut cx) {
            // Heard before whatever is open.
        } else if self.showing.is_on {
            self.key_before_a_room(chord, &mut cx);
        } else if small::is_small(self.size)
            && !self.overlays.last().is_some_and(|it| it.is_small())
        {
            self.key_anywhere(chord, &mut cx);
        } else if still_answers {
            // It is held down since it answered a ticket.
        } else if let Some(top) = self.overlays.pop() {
            self.note_answer(chord, now);
            self.key_overlay(top, (chord, kind, is_held), &mut cx);
        } else if self.filtering.is_some() {
            self.key_filter(chord);
        } else {
            self.key_screen(chord, &mut cx);
        }
        self.finish(cx)
    }

    /// The terminal has another size.
    pub fn resized(&mut self, cols: u16, rows: u16, now: Timestamp) {
        self.size = (cols, rows);
        self.disturb(now);
    }

    /// The terminal has the focus again.
    pub fn focus_gained(&mut self, now: Timestamp) {
        self.disturb(now);
    }

    /// What the desk refused of the newest command: its rule and its cure.
    pub fn commanded(&mut self, refusals: &[Refusal], _state: &State, now: Timestamp) {
        let shown = self.overlays.last_mut().is_some_and(|top| top.refused(refusals, now));
        if let Some(refusal) = refusals.last().filter(|_| !shown) {
            self.said = Some(Said::refusal(refusal, now));
        }
    }

    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>, state: &State, now: Timestamp) {
        let area = frame.area();
        self.size = (area.width, area.height);
        self.prepare(state, now);
        if self.showing.is_on {
            self.prepare_the_room(state);
        }
        let dx = self.dx(state, now);
        if let Some(audience) = self.showing.shown() {
            audience::draw(frame, area, audience, &self.room(now));
        } else if self.blank {
            beside::blank(frame, &dx);
        } else if small::is_small(self.size) {
            small::draw(frame, &dx);
            if let Some(top) = self.overlays.last().filter(|overlay| overlay.is_small()) {
                top.draw(frame, area, &dx);
            }
        } else {
            let (alarms, caption) = (chrome::alarms(&dx), self.showing.captions(&dx));
            let parts = chrome::layout(area, (alarms.len(), caption.len()));
            let screen = self.screens.get(self.screen);
            let seconds = self.wake(state, now).seconds;
            chrome::header(frame, parts.header, &dx, seconds);
            chrome::draw_alarms(frame, parts.alarms, &dx, &alarms);
            chrome::tabs(frame, parts.tabs, &dx, self.screen, &screen.title(&dx));
            screen.draw(frame, parts.body, &dx);
            beside::draw(frame, parts.caption, &dx, &caption);
            match &self.filtering {
                Some(field) => foot::filter(frame, parts.message, &dx, field),
                None => {
                    spoken::draw(frame, parts.message, &dx, self.said.as_ref(), &self.pressed);
                }
            }
            if self.overlays.is_empty() {
                let on = (self.screen.scope(), screen);
                foot::footer(frame, parts.footer, &dx, on, self.muted);
            } else {
                foot::footer_over(frame, parts.footer, &dx, self.has_ticket());
            }
            let area = beside::over(area, parts.caption);
            for overlay in &self.overlays {
                overlay.draw(frame, area, &dx);
            }
        }
        self.theme.to_ascii(frame.buffer_mut());
    }

    /// The next instant at which something visible changes by itself; `None` if nothing does.
    pub fn next_wake(&self, state: &State, now: Timestamp) -> Option<Timestamp> {
        self.wake(state, now).at()
    }

    fn wake(&self, state: &State, now: Timestamp) -> Wake {
        let mut wake = Wake::default();
        if let Some(audience) = self.showing.shown() {
            audience::wakes(&mut wake, audience, self.showing.look, now);
            return wake;
        }
        let dx = self.dx(state, now);
        if small::is_small(self.size) {
            small::wakes(&mut wake, &dx);
            return wake;
        }
        self.screens.get(self.screen).wakes(&mut wake, &dx);
        self.overlays.iter().for_each(|overlay| overlay.wakes(&mut wake, &dx));
        spoken::wakes(&mut wake, state, self.said.as_ref(), now);
        wake
    }

    /// Stops everything automatic, whatever is open or half typed. Nothing is asked, and what is open
    /// stays open.
    fn halt(&mut self, cx: &mut Cx<'_>) {
        self.pressed.clear();
        cx.command(Command::Halt { seller: None, why: "by hand".to_owned() });
    }

    /// The few keys that work even under an overlay and below the least size.
    fn key_anywhere(&mut self, chord: Chord, cx: &mut Cx<'_>) {
        let found = self.keymap.find(self.screen.scope(), &[chord]);
        if let Found::Action(action @ Action::Desk(desk)) = found {
            let few = [A::Quit, A::Redraw, A::Suspend];
            if few.contains(&desk) {
                self.run(action, cx);
            }
        }
    }

    fn key_screen(&mut self, chord: Chord, cx: &mut Cx<'_>) {
        self.said = None;
        self.pressed.push(chord);
        match self.keymap.find(self.screen.scope(), &self.pressed) {
            Found::Prefix => {}
            Found::Nothing => self.explain_nothing(cx),
            Found::Action(action) => {
                let pressed = std::mem::take(&mut self.pressed);
                self.note_sequence(&pressed, cx.now);
                self.run(action, cx);
            }
        }
    }

    fn run(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Action::Desk(action) = action else {
            return self.screens.act(self.screen, action, cx);
        };
        match action {
            A::Down => self.moved(Motion::Down, cx),
            A::Up => self.moved(Motion::Up, cx),
            A::Left => self.moved(Motion::Left, cx),
            A::Right => self.moved(Motion::Right, cx),
            A::Top => self.moved(Motion::Top, cx),
            A::Bottom => self.moved(Motion::Bottom, cx),
            A::PageDown => self.moved(Motion::PageDown, cx),
            A::PageUp => self.moved(Motion::PageUp, cx),
            A::NextPane => self.moved(Motion::NextPane, cx),
            A::PaneBefore => self.moved(Motion::PaneBefore, cx),
            A::NextMine => {
                let on_board = self.screen == ScreenId::Board;
                if self.screens.board.next_mine(cx.state, on_board) {
                    cx.go(ScreenId::Board, None);
                } else {
                    cx.say("nothing needs you");
                }
            }
            A::Filter => self.begin_filter(cx),
            A::Sort => self.sort(cx),
            A::Copy => self.offer_copies(cx),
            A::Back => self.step_back(),
            A::Board => cx.go(ScreenId::Board, None),
            A::Kit => cx.go(ScreenId::Kit, None),
            A::Quotes => cx.go(ScreenId::Quotes, None),
            A::Ladder => cx.go(ScreenId::Ladder, None),
            A::Sellers => cx.go(ScreenId::Sellers, None),
            A::Log => cx.go(ScreenId::Log, None),
            A::Halt => self.halt(cx),
            A::Resume => tickets::open(&Want::Resume(None), cx),
            A::Bell => {
                self.muted = !self.muted;
                cx.say(if self.muted { "bell muted" } else { "bell on" });
            }
            A::Audience => self.turn_to_the_room(cx),
            A::Bigger | A::Captions | A::KeyNames => self.turn_look(action, cx),
            A::Help => cx.open(Box::new(Help::new(self.screen.scope(), &self.keymap))),
            A::Redraw => cx.act(Act::Redraw),
            A::Suspend => cx.act(Act::Suspend),
            A::Quit => match Leave::asked(cx.state, self.has_ticket()) {
                Some(leave) => cx.open(Box::new(leave)),
                None => cx.act(Act::Quit),
            },
            A::Pause
            | A::Step
            | A::Before
            | A::Slower
            | A::Faster
            | A::NextScene
            | A::Again
            | A::Blank
            | A::FaultDrop
            | A::FaultBusy
            | A::FaultDelay
            | A::FaultExpire
            | A::FaultReprice
            | A::FaultTwice
            | A::FaultSkew
            | A::FaultOffline => self.run_show(action, cx),
        }
    }

    fn moved(&mut self, motion: Motion, cx: &mut Cx<'_>) {
        self.screens.get_mut(self.screen).moved(motion, cx);
    }

    /// Goes where the key led, and hands over what is to be done outside.
    fn finish(&mut self, cx: Cx<'_>) -> Vec<Act> {
        let (state, now) = (cx.state, cx.now);
        let (mut acts, steps, said) = cx.done();
        self.said = said.or(self.said.take());
        for step in steps {
            match step {
                Go::To(screen, target) => {
                    if screen != self.screen {
                        self.trail.retain(|before| *before != screen);
                        self.trail.push(std::mem::replace(&mut self.screen, screen));
                    }
                    if let Some(target) = target {
                        self.screens.get_mut(screen).select(&target, state);
                    }
                }
                Go::Unmark => self.screens.kit.unmark(),
                Go::Ticket(want) => {
                    let mut cx = Cx::new(state, now);
                    tickets::open(&want, &mut cx);
                    acts.extend(self.finish(cx));
                }
                Go::Open(overlay) => self.overlays.push(overlay),
                Go::Draft(quote, price) => self.screens.ladder.put_draft(&quote, price),
            }
        }
        acts
    }
}
