//! The log: everything that happened, newest last, and the raw request and reply behind each
//! exchange. Secrets were masked when it was written.

mod curl;
mod raw;
mod view;

use ratatui::{Frame, layout::Rect};

use crate::{
    desk::{
        State,
        log::{Level, Line, What},
    },
    tui::{
        parts::{
            context::{Cx, Dx},
            copies,
            filter::Fields,
            keymap::{self, log::Action},
            list::{List, Listed},
            screen::{Copyable, Motion, Screen},
            widths::Kept,
        },
        screens::describe::{self, Described},
    },
};
pub(crate) use raw::Raw;

/// The screen's view state.
#[derive(Debug)]
pub(crate) struct LogScreen {
    list: List<u64>,
    follows: bool,
    least: Level,
    shown: Vec<u64>,
    found: Option<(u64, u64, Level)>,
    /// Lines made when a person scrolled away from the newest.
    left_at: u64,
    /// How wide the columns are.
    widths: Kept,
}

impl Default for LogScreen {
    fn default() -> Self {
        Self {
            list: List::default(),
            follows: true,
            least: Level::Debug,
            shown: Vec::new(),
            found: None,
            left_at: 0,
            widths: Kept::default(),
        }
    }
}

/// The line with a number, if it is still in memory.
pub(crate) fn at(state: &State, number: u64) -> Option<&Line> {
    let lines = state.log.lines();
    let first = lines.front()?.number;
    lines.get(usize::try_from(number.checked_sub(first)?).ok()?)
}

/// A line of the log as the filter sees it.
#[derive(Debug)]
pub(crate) struct Row<'a>(pub(crate) &'a Line);

impl Fields for Row<'_> {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        let Described { level, kind, seller, subject, who, words } = describe::line(self.0);
        let level = level.to_string();
        [level, kind, seller, subject, who, words].iter().any(|word| is(word))
    }

    fn field(&self, name: &str) -> Option<String> {
        let described = describe::line(self.0);
        Some(match name {
            "level" | "lvl" => described.level.to_string(),
            "kind" => described.kind,
            "seller" => described.seller,
            "ref" | "id" => described.subject,
            "who" => described.who,
            "what" => described.words,
            _ => return None,
        })
    }
}

impl LogScreen {
    fn current<'a>(&self, state: &'a State) -> Option<&'a Line> {
        at(state, *self.list.cursor()?)
    }

    /// Finds the lines again if there are new ones or the filter changed.
    fn find(&mut self, state: &State) {
        let wanted = Some((state.log.made(), self.list.version, self.least));
        if self.found == wanted {
            return;
        }
        self.found = wanted;
        let (least, filter) = (self.least, self.list.filter());
        let matters = |line: &&Line| least == Level::Debug || describe::line(line).level >= least;
        let lines = state.log.lines().iter().filter(matters);
        let lines = lines.filter(|line| filter.matches(&Row(line)));
        self.shown = lines.map(|line| line.number).collect();
    }

    /// How many lines came since a person scrolled away.
    fn new_lines(&self, state: &State) -> u64 {
        if self.follows { 0 } else { state.log.made().saturating_sub(self.left_at) }
    }
}

impl Screen for LogScreen {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        self.find(dx.state);
        if self.follows {
            self.list.put_place(self.shown.len().saturating_sub(1));
        }
        let list = view::layout(body).list;
        let said = crate::tui::parts::pane::state_rows(list, dx, &view::content(dx, self));
        let height = usize::from(list.height.saturating_sub(said)).saturating_sub(1);
        let shown = &self.shown;
        self.list.settle(
            shown.len(),
            height,
            |place| shown.get(place).copied(),
            |number| shown.binary_search(number).ok(),
        );
        // Lines come all the time: their number changes nothing.
        self.widths.sees((body.width, self.list.version, 0), view::wants(dx, self));
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(frame, body, dx, self);
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Log(action) = action else { return };
        match action {
            Action::Open => match self.current(cx.state) {
                Some(line) => cx.open(Box::new(Raw::new(line))),
                None => cx.say("there is no line here"),
            },
            Action::Follow => {
                self.follows = !self.follows;
                self.left_at = cx.state.log.made();
                cx.say(if self.follows { "following the newest line" } else { "staying here" });
            }
            Action::Level => {
                self.least = match self.least {
                    Level::Debug => Level::Info,
                    Level::Info => Level::Warn,
                    Level::Warn => Level::Error,
                    Level::Error => Level::Debug,
                };
                cx.say(format!("lines from `{}` on", self.least));
            }
        }
    }

    fn moved(&mut self, motion: Motion, cx: &mut Cx<'_>) {
        self.list.moved(motion);
        let follows = motion == Motion::Bottom;
        if self.follows && !follows {
            self.left_at = cx.state.log.made();
        }
        self.follows = follows;
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        let Some(line) = self.current(state) else { return Vec::new() };
        let described = describe::line(line);
        let copy = |key, what, text| Copyable { key, what, text };
        let at = line.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
        let mut copies = vec![
            copy('i', "id", described.subject.clone()),
            copy('r', "row", format!("{at} {} {}", described.kind, described.words)),
        ];
        match &line.what {
            What::Fact(entry) => {
                copies.push(copy('j', "JSON", copies::json(entry.as_ref())));
            }
            What::Exchange(exchange, _) => {
                copies.push(copy('c', "curl", curl::of(exchange)));
                copies.push(copy('j', "reply", exchange.response.clone()));
            }
            What::Refused(_) => {}
        }
        copies
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        if self.least == Level::Debug {
            "all".to_owned()
        } else {
            format!("level ≥ {}", self.least)
        }
    }
}
