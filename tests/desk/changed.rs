//! A deal that changes after it was booked needs a person: it stands on top, the bell rings, and it stays
//! there until somebody has acknowledged it. Whatever it costs by now is what counts.

use dealdesk::{
    desk::{BookingState, Command, MatchStatus},
    domain::{Answer, Deal, ErrorKind, Group, Stage},
};

use super::harness::{Table, error, key, usd};

/// A booked deal of 12,000.00.
fn booked() -> Table {
    let table = Table::with_a_deal("D-7");
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
    table
}

/// The seller is asked for the deal, and tells it so.
fn told(table: &mut Table, change: impl FnOnce(&mut Deal)) {
    let deal = table.desk.state().deals[0].reference();
    table.command(Command::PollDeal(deal));
    let mut now = table.desk.state().deals[0].deal.clone();
    change(&mut now);
    table.answer(Ok(Answer::Deal(Box::new(now))));
}

fn needs_me(table: &Table) -> usize {
    table.desk.state().board.count(Group::NeedsMe)
}

/// A change of a deal.
type Change = fn(&mut Deal);

/// Every term a seller can change behind our back.
const CHANGES: [(&str, Change); 9] = [
    ("final CPM", |deal| deal.pricing.final_cpm = Some(usd("35.00"))),
    ("final CPM", |deal| deal.pricing.final_cpm = Some("24.00 EUR".parse().unwrap())),
    ("final CPM", |deal| deal.pricing.final_cpm = None),
    ("impressions", |deal| deal.terms.impressions = Some(1_000_000)),
    ("flight start", |deal| deal.terms.flight_start = Some("2026-08-01".into())),
    ("flight end", |deal| deal.terms.flight_end = Some("2027-09-30".into())),
    ("deal type", |deal| {
        deal.raw_deal_type = "PA".into();
        deal.deal_type = Some(dealdesk::domain::DealType::Auction);
    }),
    ("product", |deal| deal.product.product_id = "prod-9".into()),
    ("guaranteed", |deal| deal.terms.guaranteed = false),
];

#[test]
fn a_deal_on_other_terms_than_were_agreed_is_disputed_whenever_it_is_seen() {
    for (field, change) in CHANGES {
        let mut table = booked();
        let bells = table.desk.state().bells;
        told(&mut table, change);
        let state = table.desk.state();
        let record = &state.deals[0];
        assert_eq!(
            (record.ours, record.stage()),
            (MatchStatus::Disputed, Stage::Disputed),
            "{field}"
        );
        assert!(record.differences.iter().any(|(differs, ..)| differs == field), "{field}");
        assert_eq!(state.bookings[0].state, BookingState::Disputed, "{field}");
        assert_eq!((needs_me(&table), state.bells), (1, bells + 1), "{field}");
        let said = state.message.clone().unwrap();
        assert!(said.bad && said.says.contains(field), "{}", said.says);
        // As agreed again: it is what was booked.
        let agreed = table.deal("D-7", "q1", "proposed");
        told(&mut table, |deal| *deal = agreed);
        let record = &table.desk.state().deals[0];
        assert_eq!(
            (record.ours, record.stage()),
            (MatchStatus::Booked, Stage::Proposed),
            "{field}"
        );
        assert_eq!(needs_me(&table), 0, "{field}");
    }
}

#[test]
fn what_a_deal_costs_by_now_is_what_counts() {
    let mut table = booked();
    told(&mut table, |deal| {
        deal.pricing.final_cpm = Some(usd("35.00"));
        deal.terms.impressions = Some(1_000_000);
    });
    assert_eq!(table.desk.state().exposure.total(), 35_000.into());
    // A deal for 12,000 more would be over the limit of 50,000 a day by now.
    table.quoted("q2", "32.00");
    table.armed("q2");
    let ticket = table.desk.state().ticket.clone().unwrap();
    assert!(ticket.checks.iter().any(|check| !check.ok), "{:?}", ticket.checks);
}

#[test]
fn what_came_to_nothing_after_it_was_booked_stays_until_a_person_has_seen_it() {
    for (word, stage) in
        [("rejected", Stage::Rejected), ("expired", Stage::Expired), ("canceled", Stage::Canceled)]
    {
        let mut table = booked();
        let bells = table.desk.state().bells;
        told(&mut table, |deal| {
            deal.status = dealdesk::domain::DealStatus::parse(word);
            deal.raw_status = word.into();
        });
        let state = table.desk.state();
        assert_eq!(state.deals[0].stage(), stage);
        assert_eq!((needs_me(&table), state.bells), (1, bells + 1), "{word}");
        let said = state.message.clone().unwrap().says;
        assert!(said.contains(&word.to_uppercase()), "{said}");
        assert!(said.contains("12,000.00 USD no longer counts"), "{said}");
        assert_eq!(state.exposure.total(), 0.into(), "{word}");
        // Its quote's row follows, and may be asked for anew.
        let record = table.record("q1");
        assert!(record.is_released() && !record.holds_money(), "{word}");
        assert_eq!(record.stage(), stage, "its quote is not booked any more");
        table.command(Command::Requote(key("q1")));
        assert_eq!(table.asked.len(), 1, "{word}: {:?}", table.refused);
        table.asked.clear();
        // Seen again, it is no second alarm; acknowledged, it is done.
        told(&mut table, |_| {});
        assert_eq!(table.desk.state().bells, bells + 1, "{word}");
        let deal = table.desk.state().deals[0].reference();
        table.command(Command::Acknowledge(deal.clone()));
        assert_eq!(
            (needs_me(&table), table.desk.state().board.count(Group::Done)),
            (0, 1),
            "{word}"
        );
        table.command(Command::Acknowledge(deal));
        assert_eq!(table.rule(), "deal");
    }
}

#[test]
fn a_deal_that_the_seller_no_longer_has_needs_a_person_once() {
    for (status, code) in [(404, "deal_not_found"), (410, "")] {
        let mut table = booked();
        let bells = table.desk.state().bells;
        for _ in 0..3 {
            let deal = table.desk.state().deals[0].reference();
            table.command(Command::PollDeal(deal));
            table.answer(Err(error(ErrorKind::Refused, status, code)));
        }
        let state = table.desk.state();
        assert_eq!((needs_me(&table), state.bells), (1, bells + 1), "{status}");
        assert_eq!(table.facts("deal.gone").len(), 1, "{status}");
        assert_eq!(table.record("q1").stage(), Stage::Disputed, "{status}");
        // Its money counts: nobody knows what became of it.
        assert_eq!(state.exposure.total(), 12_000.into(), "{status}");
        let deal = state.deals[0].reference();
        table.command(Command::Acknowledge(deal));
        assert_eq!(table.desk.state().exposure.total(), 12_000.into(), "{status}");
        assert_eq!(needs_me(&table), 0, "{status}");
        // It is there again: all is well.
        told(&mut table, |deal| deal.raw_status = "active".into());
        assert_eq!(table.desk.state().deals[0].attention, None);
        assert_eq!(table.record("q1").stage(), Stage::Booked, "{status}");
    }
    // A page of a gateway, a key that does not open, a silence say nothing of the deal.
    for failure in [
        dealdesk::domain::SellerError { bare: true, ..error(ErrorKind::Refused, 404, "") },
        error(ErrorKind::Refused, 401, ""),
        error(ErrorKind::Unavailable, 500, ""),
        error(ErrorKind::Timeout, 0, "timeout"),
    ] {
        let mut table = booked();
        let deal = table.desk.state().deals[0].reference();
        table.command(Command::PollDeal(deal));
        table.answer(Err(failure.clone()));
        assert_eq!(needs_me(&table), 0, "{failure}");
    }
}

#[test]
fn a_deal_that_another_stands_for_needs_a_person() {
    let mut table = booked();
    told(&mut table, |deal| {
        deal.raw_status = "deprecated".into();
        deal.status = dealdesk::domain::DealStatus::Other;
        deal.replaced_by = Some("D-8".into());
    });
    assert_eq!(needs_me(&table), 1);
    let record = &table.desk.state().deals[0];
    assert!(record.attention.as_ref().unwrap().contains("deprecated"));
    assert_eq!(table.record("q1").stage(), Stage::Disputed, "its quote is not booked any more");
    assert_eq!(table.desk.state().exposure.total(), 12_000.into());
}
