//! Limits hold by what the seller's catalogue calls a product, whatever its quote calls it. A catalogue that
//! was not read is read before a price is typed; what no catalogue names has the strictest limit.

use dealdesk::{
    desk::{Command, Setup, TicketState},
    domain::{Answer, Ask, Check, Cpm, ErrorKind, Limits, Product},
};

use super::harness::{SELLER, Table, error, seller, setup, usd};

fn limits() -> Limits {
    let names = [("default", 30), ("ctv", 15), ("harbor", 60), ("display", 40)];
    Limits {
        cpm: names.iter().map(|(key, most)| ((*key).to_owned(), (*most).into())).collect(),
        sellers: [String::from("harbor")].into(),
        rates: [("EUR".parse().unwrap(), "1.25".parse().unwrap())].into(),
        ..setup().limits
    }
}

/// The product of the quotes, which its catalogue calls this.
pub(crate) fn product(kind: &str) -> Product {
    Product {
        product_id: "prod-1".into(),
        name: "Live Sports".into(),
        description: String::new(),
        inventory_type: kind.into(),
        base_cpm: None,
        floor_cpm: None,
        deal_types: Vec::new(),
        available_impressions: None,
    }
}

#[test]
fn the_strictest_of_quote_and_catalogue_holds_whatever_the_seller_calls_it() {
    let limits = limits();
    for (quote, catalogue, price, passes) in [
        ("display", "ctv", "16.00", false),
        ("", "ctv", "16.00", false),
        ("Connected TV", "ctv", "16.00", false),
        ("ctv", "display", "16.00", false),
        ("CTV", "", "15.00", true),
        ("display", "display", "40.00", true),
        // A seller's own limit is nobody else's.
        ("harbor", "", "30.01", false),
        ("harbor", "harbor", "30.00", true),
    ] {
        let mut table = Table::with(Setup { limits: limits.clone(), ..setup() });
        table.command(Command::RefreshKit(SELLER.into()));
        let products = Answer::Products(vec![product(catalogue)]);
        let asked = table.asked.iter().position(|(_, ask)| *ask == Ask::Products).unwrap();
        let (id, _) = table.asked.remove(asked);
        table.answer_to(id, Ok(products));
        table.asked.clear();
        quoted_as(&mut table, usd(price), quote);

        // Another process has not read the catalogue.
        let mut other = Table::with(Setup { limits: limits.clone(), ..setup() });
        other.desk.replay(table.journal.clone());
        for desk in [&mut table, &mut other] {
            desk.open_ticket("q1");
            if matches!(desk.asked[0].1, Ask::Products) {
                desk.answer(Ok(Answer::Products(vec![product(catalogue)])));
            }
            let same = desk.known("q1");
            desk.answer(Ok(Answer::Quote(Box::new(same))));
            let ticket = desk.desk.state().ticket.clone().unwrap();
            let cpm = ticket.checks.iter().find(|check| check.name == "cpm").unwrap();
            assert_eq!(cpm.ok, passes, "{quote:?} {catalogue:?} at {price}: {}", cpm.says);
        }
    }
}

/// A quote for what the seller calls `kind`, on the desk.
fn quoted_as(table: &mut Table, price: Cpm, kind: &str) {
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let mut quote = table.quote("q1", "2.00");
    quote.product.inventory_type = kind.into();
    quote.pricing.final_cpm = Some(price);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
}

fn check(table: &Table, name: &str) -> Option<Check> {
    let ticket = table.desk.state().ticket.clone().unwrap();
    ticket.checks.into_iter().find(|check| check.name == name)
}

fn reread(table: &mut Table) {
    let same = table.known("q1");
    let asked = table.answer(Ok(Answer::Quote(Box::new(same))));
    assert_eq!(asked, Ask::GetQuote("q1".into()));
}

#[test]
fn a_catalogue_that_was_not_read_is_read_before_a_ticket_can_be_answered() {
    for (kind, passes) in [("ctv", false), ("display", true)] {
        let mut table = Table::with(Setup { limits: limits(), ..setup() });
        quoted_as(&mut table, usd("20.00"), "display");
        table.open_ticket("q1");
        assert_eq!(table.answer(Ok(Answer::Products(vec![product(kind)]))), Ask::Products);
        reread(&mut table);
        let cpm = check(&table, "cpm").unwrap();
        assert_eq!(cpm.ok, passes, "{kind}: {}", cpm.says);
        assert!(check(&table, "listed").is_none());
        // It is read once.
        table.command(Command::CloseTicket);
        table.open_ticket("q1");
        reread(&mut table);
    }
}

#[test]
fn what_no_catalogue_names_has_the_strictest_limit() {
    let failed = error(ErrorKind::Unreachable, 0, "connect_error");
    for told in [Ok(Answer::Products(Vec::new())), Err(failed)] {
        for (price, passes) in [("15.01", false), ("15.00", true)] {
            let mut table = Table::with(Setup { limits: limits(), ..setup() });
            quoted_as(&mut table, usd(price), "display");
            table.open_ticket("q1");
            table.answer(told.clone());
            reread(&mut table);
            let cpm = check(&table, "cpm").unwrap();
            assert_eq!(cpm.ok, passes, "{price}: {}", cpm.says);
            let listed = check(&table, "listed").unwrap();
            assert!(listed.says.contains("strictest"), "{}", listed.says);
        }
    }
}

#[test]
fn a_price_in_another_currency_is_held_against_what_the_catalogue_says() {
    let mut table =
        Table::with(Setup { limits: Limits { cpm: setup().limits.cpm, ..limits() }, ..setup() });
    quoted_as(&mut table, "2.00 EUR".parse().unwrap(), "ctv");
    table.open_ticket("q1");
    let listed = Product { base_cpm: Some(usd("2.00")), ..product("ctv") };
    assert_eq!(table.answer(Ok(Answer::Products(vec![listed]))), Ask::Products);
    reread(&mut table);
    let asked = check(&table, "asked").unwrap();
    assert!(!asked.ok && asked.says.contains("asked USD, quoted EUR"), "{}", asked.says);
}

#[test]
fn where_no_limit_goes_by_kind_nothing_more_is_asked() {
    let mut table = Table::new();
    quoted_as(&mut table, usd("20.00"), "display");
    table.open_ticket("q1");
    reread(&mut table);
    assert_eq!(table.desk.state().ticket.as_ref().unwrap().state, TicketState::Armed);
}
