//! Avails: read at any time, kept beside the seller, never in the journal.

use dealdesk::{
    desk::Command,
    domain::{Answer, Ask, Avails, AvailsAsk, AvailsStatus, ErrorKind, Identity},
};

use crate::harness::{Table, error, seller};

pub(crate) fn avails(products: &[&str], start: &str, end: &str, identity: Identity) -> AvailsAsk {
    AvailsAsk {
        product_ids: products.iter().map(|id| (*id).into()).collect(),
        impressions: Some(500_000),
        flight_start: start.parse().unwrap(),
        flight_end: end.parse().unwrap(),
        identity,
    }
}

fn could() -> Avails {
    Avails {
        product_id: "prod-1".into(),
        available: Some(250_000),
        guaranteed: None,
        estimated_cpm: None,
        total_cost: None,
        status: AvailsStatus::Partial,
        raw_status: String::new(),
        reason: None,
        flight_start: None,
        flight_end: None,
        targeting: Vec::new(),
    }
}

#[test]
fn avails_stand_beside_the_seller_and_leave_no_trace_in_the_journal() {
    let mut table = Table::new();
    let whole = table.desk.state().setup.identity.clone();
    let asked = avails(&["prod-1"], "2026-07-01", "2026-07-31", whole);
    table.command(Command::AskAvails(seller(), asked.clone()));
    let Ask::Avails(sent) = table.answer(Ok(Answer::Avails(vec![could()]))) else { panic!() };
    assert!(sent.identity.agency_id.is_some() && sent.identity.advertiser_id.is_none());
    let known = &table.desk.state().sellers[&seller()].avails;
    assert_eq!(known, &Some((sent, Ok(vec![could()]))));

    let says_no = error(ErrorKind::Unsupported, 0, "no_avails");
    table.command(Command::AskAvails(seller(), asked.clone()));
    table.answer(Err(says_no.clone()));
    let known = table.desk.state().sellers[&seller()].avails.clone().unwrap();
    assert_eq!(known.1, Err(says_no));
    table.command(Command::AskAvails(seller(), asked));
    table.answer(Ok(Answer::Products(Vec::new())));
    let known = table.desk.state().sellers[&seller()].avails.clone().unwrap();
    assert_eq!(known.1.unwrap_err().code, "wrong_answer");
    assert!(table.journal.is_empty(), "{:?}", table.kinds());
}
