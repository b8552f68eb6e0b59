//! What an armed ticket asks beside the price, answered with what the command line gave.

use super::{Args, ticket};
use crate::{
    cli::{fail::Failure, port::Session},
    desk::{self, Confirmation, Ticket, TicketState},
    domain::{Cost, Currency, Question, Refusal, TicketId},
};

/// A cost that was typed is held against the ticket's, whether the ticket asks for it or not: who types
/// another one means another deal.
pub(super) fn untrue_cost(ticket: &Ticket, args: &Args) -> Result<Option<Refusal>, Failure> {
    let Some(given) = &args.confirm_cost else { return Ok(None) };
    let refusal = |says: String, cure: String| Some(Refusal::new("confirm-cost", says, cure));
    let Some(cost) = ticket.cost else {
        let says = "you confirm a cost, and what it costs is not known".to_owned();
        return Ok(refusal(says, "leave out --confirm-cost".to_owned()));
    };
    let typed = given.confirming_cost("--confirm-cost", cost)?;
    if typed == cost.amount() {
        return Ok(None);
    }
    let (typed, shown) = (Cost::new(typed, cost.currency()).plain(), cost.plain());
    let says = format!("you confirm a cost of {typed}, it is {shown} {}", cost.currency());
    Ok(refusal(says, format!("if that is fine: --confirm-cost {shown}")))
}

/// Answers what an armed ticket asks beside the price with what the command line gave.
pub(super) fn answer(
    session: &mut impl Session,
    id: &TicketId,
    args: &Args,
) -> Result<Option<Refusal>, Failure> {
    loop {
        let armed = |ticket: &&Ticket| ticket.state == TicketState::Armed;
        let Some(open) = ticket(session.state(), id).filter(armed) else { return Ok(None) };
        let Some((check, question)) = open.question() else { return Ok(None) };
        let mut refusal = check.refusal();
        let answer = match question {
            Question::Word(word) => {
                refusal.cure = format!("resume the desk, or give --despite {word}");
                args.despite.clone().map(Confirmation::Word)
            }
            Question::Cost(cost) => {
                let currency = open.cost.map_or(Currency::USD, |cost| cost.currency());
                let cost = Cost::new(*cost, currency);
                refusal.cure = format!("if that is meant: --confirm-cost {}", cost.plain());
                let given = args.confirm_cost.as_ref();
                let given = given.map(|given| given.confirming_cost("--confirm-cost", cost));
                given.transpose()?.map(Confirmation::Cost)
            }
        };
        let Some(answer) = answer else { return Ok(Some(refusal)) };
        if let Some(refused) = session.command(desk::Command::Confirm(answer)).into_iter().next() {
            return Ok(Some(Refusal { cure: refusal.cure, ..refused }));
        }
    }
}
