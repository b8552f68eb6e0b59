//! The bands of the board: a row stands under the group that it is in, and no band stands twice.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, Deal, DealRef, DealStatus, ErrorKind, QuoteRef},
};

use super::{
    harness::Seat,
    world::{error, seat},
};

fn key(id: &str) -> DealRef {
    DealRef::new("northlight", id)
}

/// A deal that is booked as it was agreed.
fn booked() -> Seat {
    let mut seat = seat((120, 36));
    let quote: QuoteRef = seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.arms(&quote);
    seat.typed("25.22").keys("enter").stored();
    let deal = seat.deal("D-1", &quote);
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.keys("esc 1");
    seat
}

/// The seller tells the deal like this.
fn sees(seat: &mut Seat, change: impl FnOnce(&mut Deal)) {
    seat.input(Input::Command(Command::PollDeal(key("D-1"))));
    let mut deal = seat.desk.state().deals[&key("D-1")].deal.clone();
    change(&mut deal);
    seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
}

/// The bands of the board, in order.
fn bands(seat: &mut Seat) -> Vec<&'static str> {
    let bands = ["DISPUTED", "NEEDS ME", "PIPELINE", "LIVE", "DONE"];
    let screen = seat.screen();
    let rows = screen.lines().filter(|row| row.trim_end().ends_with("───"));
    rows.filter_map(|row| bands.into_iter().find(|band| row.contains(*band))).collect()
}

/// What becomes of a deal.
type Becomes<'a> = &'a dyn Fn(&mut Seat);

#[test]
fn what_became_of_a_deal_stands_under_needs_me_until_it_is_acknowledged() {
    let rejected = |seat: &mut Seat| {
        sees(seat, |deal| {
            (deal.status, deal.raw_status) = (DealStatus::Rejected, "rejected".into());
        });
    };
    let gone = |seat: &mut Seat| {
        seat.input(Input::Command(Command::PollDeal(key("D-1"))));
        let gone = error(ErrorKind::Refused, 404, "deal_not_found", "no such deal");
        seat.answer_where(|_, ask| ask.name() == "get deal", Err(gone));
    };
    let dearer = |seat: &mut Seat| sees(seat, |deal| deal.pricing.final_cpm = "35".parse().ok());
    let cases: [(Becomes<'_>, &str, &str, &str); 3] = [
        (&rejected, "NEEDS ME", "DONE", "REJECTED D-1"),
        (&gone, "NEEDS ME", "PIPELINE", "GONE D-1"),
        (&dearer, "DISPUTED", "DISPUTED", "DISPUTED D-1"),
    ];
    for (becomes, at_first, known, quote) in cases {
        let mut seat = booked();
        assert_eq!(bands(&mut seat), ["PIPELINE"], "{}", seat.screen());
        becomes(&mut seat);
        assert_eq!(bands(&mut seat), [at_first], "{}", seat.screen());
        seat.input(Input::Command(Command::Acknowledge(key("D-1"))));
        assert_eq!(bands(&mut seat), [known], "{}", seat.screen());
        // Its quote does not say that it is booked.
        seat.keys("3");
        assert!(seat.shows(quote) && !seat.shows("BOOKED"), "{}", seat.screen());
    }
}
