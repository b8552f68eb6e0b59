//! What a fact is about: the words and ids by which the log, the journal and `watch` find it.

use super::fact::{BookingOutcome, Fact};
use crate::domain::{Deal, DealRef, QuoteAsk, QuoteRef, SellerName, TicketId};

/// What is sent once and waits for its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A booking, by its ticket.
    Booking(TicketId),
    /// A move in the negotiation of a quote.
    Move(QuoteRef),
    /// An order or a change of one, by its intent.
    Order(String),
}

/// Every kind of fact.
pub const KINDS: [&str; 41] = [
    "quote.requested",
    "quote.received",
    "quote.failed",
    "quote.seen",
    "quote.expired",
    "quote.let_go",
    "negotiation.opened",
    "auto.armed",
    "auto.stopped",
    "trigger.armed",
    "trigger.took",
    "trigger.ended",
    "move.stored",
    "move.answered",
    "move.failed",
    "move.unknown",
    "move.looked_up",
    "negotiation.ended",
    "intent.stored",
    "booking.unknown",
    "booking.waiting",
    "booking.repeated",
    "booking.evidence",
    "booking.done",
    "booking.disputed",
    "booking.refused",
    "booking.expired",
    "booking.not_sent",
    "booking.closed",
    "deal.seen",
    "deal.gone",
    "deal.acknowledged",
    "deal.activation",
    "order.sent",
    "order.answered",
    "limits.set",
    "limits.raised",
    "desk.halted",
    "seller.halted",
    "desk.resumed",
    "seller.resumed",
];

impl Fact {
    /// What this says the outcome of, be it that nobody knows it. The one list of what an outcome is: an
    /// outcome is on the disk, power cut or not, before a person sees it, and is put beside a store that
    /// cannot take it.
    pub fn settles(&self) -> Option<Sent> {
        match self {
            Self::BookingEnded { ticket, .. }
            | Self::BookingUnknown { ticket, .. }
            | Self::BookingWaiting { ticket, .. } => Some(Sent::Booking(ticket.clone())),
            Self::MoveAnswered { quote, .. }
            | Self::MoveFailed { quote, .. }
            | Self::MoveUnknown { quote, .. }
            | Self::NegotiationEnded { quote, agreed: Some(_), .. } => {
                Some(Sent::Move(quote.clone()))
            }
            Self::OrderAnswered { id, .. } => Some(Sent::Order(id.clone())),
            Self::QuoteRequested { .. }
            | Self::QuoteReceived { .. }
            | Self::QuoteFailed { .. }
            | Self::QuoteSeen { .. }
            | Self::QuoteExpired { .. }
            | Self::QuoteLetGo { .. }
            | Self::NegotiationOpened { .. }
            | Self::NegotiationEnded { .. }
            | Self::AutoArmed { .. }
            | Self::AutoStopped { .. }
            | Self::TriggerArmed { .. }
            | Self::TriggerTook { .. }
            | Self::TriggerEnded { .. }
            | Self::MoveStored { .. }
            | Self::IntentStored { .. }
            | Self::BookingRepeated { .. }
            | Self::EvidenceSeen { .. }
            | Self::MoveLookedUp { .. }
            | Self::DealGone { .. }
            | Self::DealAcknowledged { .. }
            | Self::DealSeen { .. }
            | Self::ActivationDone { .. }
            | Self::OrderSent { .. }
            | Self::LimitsSet { .. }
            | Self::Halted { .. }
            | Self::Resumed { .. } => None,
        }
    }

    /// Whether it is an outcome ([`Self::settles`]).
    pub fn is_outcome(&self) -> bool {
        self.settles().is_some()
    }

    /// Whether its write waits for the disk: an outcome, and what a person rests on at the next start,
    /// which is what is stopped and which limits hold.
    pub fn outlasts_a_power_cut(&self) -> bool {
        let controls =
            matches!(self, Self::Halted { .. } | Self::Resumed { .. } | Self::LimitsSet { .. });
        controls || self.is_outcome()
    }

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
            Self::MoveLookedUp { .. } => "move.looked_up",
            Self::NegotiationEnded { .. } => "negotiation.ended",
            Self::IntentStored { .. } => "intent.stored",
            Self::BookingUnknown { .. } => "booking.unknown",
            Self::BookingWaiting { .. } => "booking.waiting",
            Self::BookingRepeated { .. } => "booking.repeated",
            Self::EvidenceSeen { .. } => "booking.evidence",
            Self::BookingEnded { ending, .. } => match ending {
                BookingOutcome::Done { .. } => "booking.done",
                BookingOutcome::Disputed { .. } => "booking.disputed",
                BookingOutcome::Refused { .. } => "booking.refused",
                BookingOutcome::Expired { .. } => "booking.expired",
                BookingOutcome::NotSent { .. } => "booking.not_sent",
                BookingOutcome::Closed { .. } => "booking.closed",
            },
            Self::DealSeen { .. } => "deal.seen",
            Self::DealGone { .. } => "deal.gone",
            Self::DealAcknowledged { .. } => "deal.acknowledged",
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
            | Self::DealGone { .. }
            | Self::DealAcknowledged { .. }
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
            | Self::MoveLookedUp { quote, .. }
            | Self::NegotiationEnded { quote, .. }
            | Self::BookingUnknown { quote, .. }
            | Self::BookingWaiting { quote, .. }
            | Self::BookingRepeated { quote, .. }
            | Self::EvidenceSeen { quote, .. }
            | Self::BookingEnded { quote, .. } => Some(quote.clone()),
        }
    }

    /// The deal it is about.
    pub fn deal(&self) -> Option<DealRef> {
        if let Self::BookingEnded { ending, .. } = self {
            return match ending {
                BookingOutcome::Done { deal } | BookingOutcome::Disputed { deal, .. } => {
                    Some(deal.reference())
                }
                BookingOutcome::Refused { .. }
                | BookingOutcome::Expired { .. }
                | BookingOutcome::NotSent { .. }
                | BookingOutcome::Closed { .. } => None,
            };
        }
        if let Self::OrderSent { intent } = self {
            return Some(intent.deal.clone());
        }
        if let Self::ActivationDone { deal, .. }
        | Self::OrderAnswered { deal, .. }
        | Self::DealGone { deal, .. }
        | Self::DealAcknowledged { deal } = self
        {
            return Some(deal.clone());
        }
        if let Self::DealSeen { deal, .. } = self { Some(deal.reference()) } else { None }
    }

    /// The deal as it is told.
    pub(super) fn deal_mut(&mut self) -> Option<&mut Deal> {
        if let Self::DealSeen { deal, .. } = self {
            return Some(deal);
        }
        if let Self::BookingEnded { ending, .. } = self
            && let BookingOutcome::Done { deal } | BookingOutcome::Disputed { deal, .. } = ending
        {
            return Some(deal);
        }
        None
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

    /// The seller it is about; `None` where it is about the whole desk.
    pub fn of_seller(&self) -> Option<SellerName> {
        if let Some((seller, _)) = self.asked() {
            return Some(seller.clone());
        }
        if let Self::Halted { seller, .. } | Self::Resumed { seller } = self {
            return seller.clone();
        }
        let quote = self.quote().map(|quote| quote.seller);
        quote.or_else(|| self.deal().map(|deal| deal.seller))
    }

    /// The seller as the journal's column has it, where a fact about the whole desk has one of two words.
    pub fn seller(&self) -> SellerName {
        let is_stop = matches!(self, Self::Halted { .. } | Self::Resumed { .. });
        let nobody = if is_stop { "" } else { "?" };
        self.of_seller().unwrap_or_else(|| SellerName::from(nobody))
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

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn the_list_of_kinds_is_that_of_the_facts() {
        let told = include_str!("about.rs").lines().filter_map(|line| {
            let (_, word) = line.trim().strip_suffix(',')?.split_once("=> \"")?;
            word.strip_suffix('"')
        });
        assert_eq!(told.collect::<Vec<_>>(), KINDS);
    }
}
