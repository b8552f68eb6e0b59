//! A forecast in full, over the screen: what the pane shows, and how each number of it was counted. On a
//! small screen it is the only place of it.

use ratatui::{Frame, layout::Rect, text::Line};

use super::{Outlook, view::WIDE};
use crate::{
    domain::{Cpm, QuoteRef, forecast::ENOUGH, text},
    tui::parts::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        pane, popup,
        theme::Meaning,
    },
};

/// The page.
#[derive(Debug)]
pub(crate) struct Page {
    key: QuoteRef,
    draft: Option<Cpm>,
    outlook: Outlook,
}

impl Page {
    /// Of a negotiation, with the price that is drafted on it.
    pub(crate) fn new(key: QuoteRef, draft: Option<Cpm>) -> Self {
        Self { key, draft, outlook: Outlook::default() }
    }

    fn lines(&self, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
        let mut lines = self.outlook.table(dx);
        let told = self.outlook.told();
        let wrapped = |words: &str, indent| pane::wrap(words, wide, indent).into_iter();
        lines
            .extend(told.iter().flat_map(|words| wrapped(&format!(" {words}"), 1)).map(Line::from));
        lines.push(Line::default());
        let dim = dx.style(Meaning::Dim);
        let how = how().into_iter();
        let how = how.flat_map(|words| wrapped(&format!(" {words}"), 1).collect::<Vec<_>>());
        lines.extend(how.map(|words| Line::from(words).style(dim)));
        lines
    }
}

/// How the numbers are counted.
fn how() -> [String; 4] {
    [
        format!(
            "ACCEPT counts how this seller answered offers under its price in past talks: of those that were as low and as early, the share that it took. Fewer than {ENOUGH} answers: ?."
        ),
        "SETTLES counts what it still gave, in past talks that agreed, after as many answers as now. It is never above its price, and never below your last offer.".to_owned(),
        "FINAL OR REJECT counts the answers that were a final offer or a no, in the same way.".to_owned(),
        "HELD is how often that would have been right: each past talk that agreed, forecast from the talks before it alone.".to_owned(),
    ]
}

impl Modal for Page {
    fn key(&mut self, chord: Chord, _kind: KeyKind, _cx: &mut Cx<'_>) -> Flow {
        if matches!(chord.key, Key::Esc | Key::Enter) { Flow::Close } else { Flow::Ignored }
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        self.outlook.update(dx.state, &self.key, self.draft);
        dx.state.quote(&self.key).is_some()
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let wide = screen.width.min(WIDE + 20);
        let lines = self.lines(dx, usize::from(wide).saturating_sub(4));
        let high = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(screen.height);
        let title = format!("FORECAST · {}", text::cut(self.key.seller.as_str(), 40));
        let inside = popup::place(frame, screen, dx, &title, "Esc closes", (wide, high));
        pane::lines(frame, inside, dx, &lines);
    }
}
