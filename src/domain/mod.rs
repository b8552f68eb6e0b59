//! The nouns and rules of buying media: money, identity, kits, quotes, negotiations, deals, limits.
//!
//! Pure: no network, file, clock, thread or chance, and nothing of ours is imported here. `now` is
//! always an argument.

pub mod activation;
pub mod ask;
pub mod asked;
pub mod avails;
pub mod check;
pub mod cover;
pub mod day;
pub mod deal;
mod deal_type;
pub mod doubt;
pub mod failure;
pub mod fallback;
pub mod flight;
pub mod forecast;
pub mod fork;
pub mod identity;
pub mod ids;
pub mod json;
pub mod kit;
pub mod leak;
pub mod letters;
pub mod limits;
pub mod made;
pub mod matching;
pub mod money;
pub mod negotiation;
pub mod openrtb;
pub mod order;
pub mod playbook;
pub mod proof;
pub mod quote;
pub mod ranking;
pub mod readback;
pub mod skew;
pub mod span;
pub mod stage;
pub mod strategy;
pub mod text;
pub mod trigger;
pub mod twice;
pub mod words;

pub use ask::{Answer, Ask, Exchange, Heard, KeyCheck, Spoke};
pub use avails::{Avails, AvailsAsk, AvailsStatus};
pub use check::{Check, Question, Refusal};
pub use cover::Cover;
pub use deal::{Deal, DealStatus};
pub use deal_type::DealType;
pub use failure::{ErrorKind, Fate, SellerError};
pub use identity::{Identity, Tier};
pub use ids::{
    ChangeId, DealId, DealRef, OrderId, PackageId, ProductId, QuoteId, QuoteRef, RfqId, SellerName,
    TicketId, TriggerId,
};
pub use kit::{Package, Placement, Product};
pub use limits::Limits;
pub use money::{Cost, Cpm, Currency};
pub use negotiation::{Action, By, Negotiation, Outcome, Round};
pub use openrtb::OpenRtb;
pub use order::{ChangeAsk, ChangeRequest, Order, OrderAnswer, OrderAsk, OrderFilter};
pub use proof::{Proof, Verdict};
pub use quote::{Availability, Pricing, ProductRef, Quote, QuoteAsk, QuoteStatus, Terms};
pub use skew::Skew;
pub use stage::{Group, Stage};
pub use trigger::Trigger;
