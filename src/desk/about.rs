//! What a fact is about: the words and ids by which the log, the journal and `watch` find it.

use super::fact::{Ending, Fact};
use crate::domain::{Deal, DealRef, QuoteAsk, QuoteRef, SellerName};

impl Fact {
    /// `subject.verb`, as in the log, the journal and `watch`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::QuoteRequested { .. } => "quote.requested",
            Self::QuoteReceived { .. } => "quote.received",
            Self::QuoteFailed { .. } => "quote.failed",
            Self::QuoteSeen { .. } => "quote.seen",
            Self::QuoteExpired { .. } => "quote.expired",
            Self::QuoteLetGo { .. } => "quote.let_go",
            Self::NegotiationOpened { .. } => "negotiation.opened",
            Self::AutoArmed { .. } => "auto.armed",
            Self::AutoStopped { .. } => "auto.stopped",
            Self::TriggerArmed { .. } => "trigger.armed",
            Self::TriggerTook { .. } => "trigger.took",
            Self::TriggerEnded { .. } => "trigger.ended",
            Self::MoveStored { .. } => "move.stored",
            Self::MoveAnswered { .. } => "move.answered",
            Self::MoveFailed { .. } => "move.failed",
            Self::MoveUnknown { .. } => "move.unknown",
            Self::NegotiationEnded { .. } => "negotiation.ended",
            Self::IntentStored { .. } => "intent.stored",
            Self::BookingUnknown { .. } => "booking.unknown",
            Self::BookingRepeated { .. } => "booking.repeated",
            Self::EvidenceSeen { .. } => "booking.evidence",
            Self::BookingEnded { ending, .. } => match ending {
                Ending::Done { .. } => "booking.done",
                Ending::Disputed { .. } => "booking.disputed",
                Ending::Refused { .. } => "booking.refused",
                Ending::Expired { .. } => "booking.expired",
                Ending::NotSent { .. } => "booking.not_sent",
                Ending::Closed { .. } => "booking.closed",
            },
            Self::DealSeen { .. } => "deal.seen",
            Self::ActivationDone { .. } => "deal.activation",
            Self::OrderSent { .. } => "order.sent",
            Self::OrderAnswered { .. } => "order.answered",
            Self::LimitsSet { why: None, .. } => "limits.set",
            Self::LimitsSet { why: Some(_), .. } => "limits.raised",
            Self::Halted { seller: None, .. } => "desk.halted",
            Self::Halted { seller: Some(_), .. } => "seller.halted",
            Self::Resumed { seller: None } => "desk.resumed",
            Self::Resumed { seller: Some(_) } => "seller.resumed",
        }
    }

    /// The quote it is about.
    pub fn quote(&self) -> Option<QuoteRef> {
        match self {
            Self::QuoteRequested { .. }
            | Self::QuoteFailed { .. }
            | Self::DealSeen { .. }
            | Self::ActivationDone { .. }
            | Self::OrderSent { .. }
            | Self::OrderAnswered { .. }
            | Self::LimitsSet { .. }
            | Self::Halted { .. }
            | Self::Resumed { .. } => None,
            Self::QuoteReceived { quote, .. } | Self::QuoteSeen { quote } => {
                Some(quote.reference())
            }
            Self::IntentStored { intent } => Some(intent.quote.clone()),
            Self::TriggerArmed { trigger } => Some(trigger.quote.clone()),
            Self::QuoteExpired { quote, .. }
            | Self::QuoteLetGo { quote }
            | Self::NegotiationOpened { quote, .. }
            | Self::AutoArmed { quote, .. }
            | Self::AutoStopped { quote, .. }
            | Self::TriggerTook { quote, .. }
            | Self::TriggerEnded { quote, .. }
            | Self::MoveStored { quote, .. }
            | Self::MoveAnswered { quote, .. }
            | Self::MoveFailed { quote, .. }
            | Self::MoveUnknown { quote, .. }
            | Self::NegotiationEnded { quote, .. }
            | Self::BookingUnknown { quote, .. }
            | Self::BookingRepeated { quote, .. }
            | Self::EvidenceSeen { quote, .. }
            | Self::BookingEnded { quote, .. } => Some(quote.clone()),
        }
    }

    /// The deal it is about.
    pub fn deal(&self) -> Option<DealRef> {
        if let Self::BookingEnded { ending, .. } = self {
            return match ending {
                Ending::Done { deal } | Ending::Disputed { deal, .. } => Some(deal.reference()),
                Ending::Refused { .. }
                | Ending::Expired { .. }
                | Ending::NotSent { .. }
                | Ending::Closed { .. } => None,
            };
        }
        if let Self::OrderSent { intent } = self {
            return Some(intent.deal.clone());
        }
        if let Self::ActivationDone { deal, .. } | Self::OrderAnswered { deal, .. } = self {
            return Some(deal.clone());
        }
        if let Self::DealSeen { deal } = self { Some(deal.reference()) } else { None }
    }

    /// The deal as it is told.
    pub(super) fn deal_mut(&mut self) -> Option<&mut Deal> {
        match self {
            Self::DealSeen { deal } => Some(deal),
            Self::BookingEnded { ending: Ending::Done { deal }, .. }
            | Self::BookingEnded { ending: Ending::Disputed { deal, .. }, .. } => Some(deal),
            _ => None,
        }
    }

    /// The ask behind it, where it is about one.
    fn asked(&self) -> Option<(&SellerName, &QuoteAsk)> {
        if let Self::QuoteRequested { seller, ask, .. } | Self::QuoteFailed { seller, ask, .. } =
            self
        {
            return Some((seller, ask));
        }
        None
    }

    /// The seller it is about.
    pub fn seller(&self) -> SellerName {
        if let Some((seller, _)) = self.asked() {
            return seller.clone();
        }
        if let Self::Halted { seller, .. } | Self::Resumed { seller } = self {
            return seller.clone().unwrap_or_else(|| SellerName::from(""));
        }
        let quote = self.quote().map(|quote| quote.seller);
        let deal = || self.deal().map(|deal| deal.seller);
        quote.or_else(deal).unwrap_or_else(|| SellerName::from("?"))
    }

    /// The id a person looks it up by: the deal's, else the quote's, else the product's.
    pub fn subject(&self) -> String {
        if let Some((_, ask)) = self.asked() {
            return ask.product_id.0.clone();
        }
        let deal = self.deal().map(|deal| deal.deal_id.0);
        deal.or_else(|| self.quote().map(|quote| quote.quote_id.0)).unwrap_or_default()
    }
}
