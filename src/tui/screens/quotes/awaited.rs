//! The quote that was asked for a moment ago: the cursor waits for it, and stands on it when it comes. And
//! asking for one again.

use jiff::Timestamp;

use super::{Quotes, group, rows::Key};
use crate::{
    desk::{Command, State, state::Purpose},
    domain::{ProductId, SellerName},
    tui::parts::{context::Cx, screen::Target},
};

/// How many of the newest quotes are looked through for it.
const NEWEST: usize = 64;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Awaited {
    seller: SellerName,
    product: ProductId,
    since: Timestamp,
    /// Where the cursor stands for it by now.
    at: Option<Key>,
}

impl Awaited {
    pub(super) fn of(target: &Target) -> Option<Self> {
        let Target::Asked { seller, product, since } = target else { return None };
        let (seller, product) = (seller.clone(), product.clone());
        Some(Self { seller, product, since: *since, at: None })
    }

    /// The row that stands for it, and whether that is its end.
    fn found(&self, state: &State) -> Option<(Key, bool)> {
        let is_it = |seller: &SellerName, product: &ProductId, at: Timestamp| {
            *seller == self.seller && *product == self.product && at >= self.since
        };
        let quote = state.quotes.iter().rev().take(NEWEST).find(|(key, record)| {
            record.requote_of.is_none()
                && is_it(&key.seller, &record.ask.product_id, record.received_at)
        });
        if let Some((key, _)) = quote {
            return Some((Key::Quote(key.clone()), true));
        }
        let failed = state.failed_asks.iter().enumerate().rev();
        let mut failed = failed.filter(|(_, ask)| is_it(&ask.seller, &ask.ask.product_id, ask.at));
        if let Some((place, _)) = failed.next() {
            return Some((Key::Failed(place), true));
        }
        let asking = state.in_flight.iter().find(|(_, flight)| {
            let asks =
                matches!(flight.purpose.in_the_end(), Purpose::Quote { requote_of: None, .. });
            let Some((ask, _)) = flight.priced() else { return false };
            asks && is_it(&flight.seller, &ask.product_id, flight.since)
        });
        asking.map(|(id, _)| (Key::Asking(*id), false))
    }
}

impl Quotes {
    /// Asks again: the same terms of a quote, or what did not come.
    pub(super) fn ask_again(&self, cx: &mut Cx<'_>) {
        let places: Vec<usize> = match self.key() {
            Some(Key::Failed(place)) => vec![*place],
            Some(Key::Group(Some(rfq))) => group::failures(cx.state)
                .filter(|(_, failed)| failed.rfq.as_ref() == Some(rfq))
                .map(|(place, _)| place)
                .collect(),
            _ => {
                return self.with(cx, |key, cx| {
                    cx.say(format!("asking {} for the same terms again", key.seller));
                    cx.command(Command::Requote(key));
                });
            }
        };
        let failed = places.iter().filter_map(|place| cx.state.failed_asks.get(*place));
        let again: Vec<_> = failed
            .map(|failed| Command::RequestQuote {
                seller: failed.seller.clone(),
                ask: failed.ask.clone(),
                rfq: failed.rfq.clone(),
            })
            .collect();
        match again.len() {
            0 => cx.say("every seller of it has quoted or is being asked"),
            1 => cx.say("asking the seller once more"),
            many => cx.say(format!("asking {many} sellers once more")),
        }
        for command in again {
            cx.command(command);
        }
    }

    /// Puts the cursor where it is, unless a person has gone elsewhere meanwhile.
    pub(super) fn go_to_awaited(&mut self, state: &State) {
        let Some(awaited) = &mut self.awaited else { return };
        let is_left = awaited.at.is_some() && awaited.at.as_ref() != self.list.cursor();
        let Some((key, is_end)) = awaited.found(state).filter(|_| !is_left) else {
            if is_left {
                self.awaited = None;
            }
            return;
        };
        awaited.at = Some(key.clone());
        if is_end {
            self.awaited = None;
        }
        self.list.put(key);
    }
}
