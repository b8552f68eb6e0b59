//! Every screen of the desk.

use crate::{
    domain::Refusal,
    tui::{
        parts::{
            context::Cx,
            keymap::{Action, bindings},
            screen::{Screen, ScreenId},
        },
        screens::{
            board::Board, deal::DealDetail, kit::Kit, ladder::Ladder, log::LogScreen,
            quotes::Quotes, sellers::Sellers,
        },
    },
};

/// Every screen.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    pub(crate) board: Board,
    pub(crate) kit: Kit,
    pub(crate) quotes: Quotes,
    pub(crate) ladder: Ladder,
    pub(crate) deal: DealDetail,
    pub(crate) sellers: Sellers,
    pub(crate) log: LogScreen,
}

impl Screens {
    pub(crate) fn get(&self, id: ScreenId) -> &dyn Screen {
        match id {
            ScreenId::Board => &self.board,
            ScreenId::Kit => &self.kit,
            ScreenId::Quotes => &self.quotes,
            ScreenId::Ladder => &self.ladder,
            ScreenId::Deal => &self.deal,
            ScreenId::Sellers => &self.sellers,
            ScreenId::Log => &self.log,
        }
    }

    /// An action of a screen's own. One that means nothing there is explained, if not by the screen
    /// then by what its key is for.
    pub(crate) fn act(&mut self, id: ScreenId, action: Action, cx: &mut Cx<'_>) {
        let screen = self.get_mut(id);
        let fits = screen.fits(action, cx.state, cx.now);
        screen.act(action, cx);
        if let Some(row) = bindings().find(|row| row.action == action)
            && !fits
            && cx.is_silent()
        {
            let says = format!("nothing here takes it ({})", row.doc);
            let cure = "the last row of the screen names the keys that do something";
            cx.refuse(&Refusal::new(row.verb, says, cure));
        }
    }

    pub(crate) fn get_mut(&mut self, id: ScreenId) -> &mut dyn Screen {
        match id {
            ScreenId::Board => &mut self.board,
            ScreenId::Kit => &mut self.kit,
            ScreenId::Quotes => &mut self.quotes,
            ScreenId::Ladder => &mut self.ladder,
            ScreenId::Deal => &mut self.deal,
            ScreenId::Sellers => &mut self.sellers,
            ScreenId::Log => &mut self.log,
        }
    }
}
