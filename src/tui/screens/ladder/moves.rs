//! Moves of one's own on the ladder: what opens which ticket, and that a strategy that plays stops first.

use super::{Ladder, words};
use crate::{
    desk::Command,
    domain::{QuoteRef, Refusal},
    tui::parts::{context::Cx, want::Want},
};

impl Ladder {
    /// A move of one's own: a strategy that plays here stops first.
    pub(super) fn take_over(&self, cx: &mut Cx<'_>) {
        let armed = self.record(cx.state).is_some_and(words::is_armed);
        if let Some(quote) = self.at.clone().filter(|_| armed) {
            cx.command(Command::StopAuto { quote, why: "taken over by hand".to_owned() });
        }
    }

    pub(super) fn offer(&self, cx: &mut Cx<'_>) {
        let Some(key) = self.at.clone() else {
            return cx.refuse(&Refusal::new(
                "ladder",
                "nothing is being negotiated",
                "N on a quote (3) begins",
            ));
        };
        if self.record(cx.state).is_some_and(|record| record.negotiation.is_none()) {
            return cx.want(Want::Counter(key));
        }
        match (self.game(cx.state), self.draft()) {
            (Err(refusal), _) => cx.refuse(&refusal),
            (Ok(_), None) => cx.refuse(&Refusal::new(
                "draft",
                "no price is drafted",
                "+ − ] [ m = or e draft one; it is seen on the axis before it is sent",
            )),
            (Ok(_), Some(price)) => {
                self.take_over(cx);
                cx.want(Want::Offer(key, price));
            }
        }
    }

    pub(super) fn with(&self, cx: &mut Cx<'_>, want: impl FnOnce(QuoteRef) -> Want) {
        match self.at.clone() {
            Some(key) => {
                let want = want(key);
                if matches!(want, Want::Accept(_) | Want::Walk(_)) {
                    self.take_over(cx);
                }
                cx.want(want);
            }
            None => cx.refuse(&Refusal::new(
                "ladder",
                "nothing is being negotiated",
                "N on a quote (3) begins",
            )),
        }
    }

    pub(super) fn auto(&self, cx: &mut Cx<'_>) {
        if self.record(cx.state).is_some_and(words::is_armed) {
            self.take_over(cx);
            return cx.say("you took over; the negotiation stays open");
        }
        self.with(cx, Want::Auto);
    }
}
