//! What an armed ticket asks beside the price, answered with what the command line gave.

use super::{Args, ticket};
use crate::{
    cli::{fail::Failure, port::Session},
    desk::{self, Answered, Ticket, TicketState},
    domain::{Cost, Currency, Question, Refusal, TicketId},
};

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
                args.despite.clone().map(Answered::Word)
            }
            Question::Cost(cost) => {
                let currency = open.cost.map_or(Currency::USD, |cost| cost.currency());
                let cost = Cost::new(*cost, currency);
                refusal.cure = format!("if that is meant: --confirm-cost {}", cost.plain());
                let given = args.confirm_cost.as_ref();
                let given = given.map(|given| given.confirming_cost("--confirm-cost", cost));
                given.transpose()?.map(Answered::Cost)
            }
        };
        let Some(answer) = answer else { return Ok(Some(refusal)) };
        if let Some(refused) = session.command(desk::Command::Confirm(answer)).into_iter().next() {
            return Ok(Some(Refusal { cure: refusal.cure, ..refused }));
        }
    }
}
