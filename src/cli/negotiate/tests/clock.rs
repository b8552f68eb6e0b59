//! What a negotiation makes of a quote that may be over.

use jiff::SignedDuration;

use super::*;

#[tokio::test]
async fn a_quote_that_is_over_by_our_clock_is_read_again_before_a_move() {
    for (told, exit, moves) in [("over", 6, 0), ("open", 0, 1)] {
        let first = fake(setup(&["a"]), Plays::Nothing, "").await;
        let script = move |_: &_, asked: &Ask| match asked {
            Ask::GetQuote(_) if told == "open" => {
                let mut quote = quote("a", "qt-1", "20.52");
                quote.expires_at += SignedDuration::from_hours(48);
                Says::Answer(Answer::Quote(Box::new(quote)))
            }
            Ask::GetQuote(_) => Says::Error(error(ErrorKind::Refused, 410, "quote_expired")),
            Ask::Counter { .. } => {
                Says::Answer(Answer::Moved(moved(1, Action::Reject, "18", "20")))
            }
            _ => Says::Nothing,
        };
        let mut fake = first.later(setup(&["a"]), SignedDuration::from_hours(25), script);
        let run =
            negotiate(&mut fake, &args("18", "20", 3), WAIT, &mut pin!(pending::<()>())).await;
        let code = run.map_or_else(|failure| failure.exit.code(), |reply| reply.exit.code());
        let counters = |ask: &&Ask| matches!(ask, Ask::Counter { .. });
        assert_eq!((code, fake.asked.iter().filter(counters).count()), (exit, moves), "{told}");
    }
}
