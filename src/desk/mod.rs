//! The desk: decides what to do, folds what happened. Pure: it never waits, never looks at a clock,
//! and knows no terminal, network, file or seller protocol.
//!
//! Faces send [`Command`]s and read [`State`]; the runtime performs [`Effect`]s and brings answers
//! back as [`Input`]s.

mod about;
pub mod board;
pub mod brief;
pub mod command;
pub mod controls;
mod decide;
mod decided;
mod evolve;
pub mod exposure;
pub mod fact;
pub mod fold;
pub mod in_flight;
mod indexed;
mod intent;
pub mod judge;
pub mod kept;
pub mod log;
pub mod order;
pub mod places;
pub mod polls;
mod reading;
pub mod record;
pub mod rivals;
mod row;
pub mod schedule;
pub mod seller;
pub mod sorted;
pub mod state;
pub mod ticket;
pub mod update;
pub mod usual;

pub use about::{KINDS, Sent};
pub use board::Board;
pub use brief::{BookingBrief, DealBrief, QuoteBrief};
pub use command::{
    Command, Confirmation, Decision, Effect, Input, Message, Note, RequestId, Stored,
};
pub use controls::{Controls, Stop, Stops};
pub use decide::{
    ACCEPT, ON_PAPER, Released, booking_guard, can_ask_again, can_book, can_judge, can_negotiate,
    can_try, check_offer, check_trigger, declined, doubts, doubts_of, limit_checks, limit_for,
    limit_of, may_send_again, needs_requote, plan_for, repeat_until, risk, talks_doubt,
    trigger_over, was_withheld, what_if, would_do,
};
pub use evolve::Desk;
pub use exposure::Exposure;
pub use fact::{Actor, BookingOutcome, Entry, Fact, Intent};
pub use fold::{Records, RecordsOf, fold};
pub use kept::Kept;
pub use order::{OrderIntent, OrderOutcome};
pub use reading::LeftOut;
pub use record::{
    BookingRecord, BookingState, DealRecord, Evidence, MatchStatus, QuoteRecord, Transition,
};
pub use row::{BoardRow, BriefRow, Kind, OnBoard, Row, RowClock};
pub use schedule::{Due, Schedule};
pub use sorted::Sorted;
pub use state::{Health, InFlight, LATELY, Mode, SellerInfo, SellerState, Setup, State};
pub use ticket::{Ticket, TicketState};
pub use update::Update;
