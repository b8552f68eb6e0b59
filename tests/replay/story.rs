//! The story: look, ask, haggle, book, check, all with `--json`.

use serde_json::Value;

use super::{
    home::{Home, private},
    seller::{Seller, recordings},
    table::{self, Row, When},
};

/// What the story is in one dialect.
struct Story {
    dialect: &'static str,
    rows: &'static [Row],
    key: &'static str,
    product: &'static str,
    /// Where the negotiation opens, and where it ends.
    target: &'static str,
    max: &'static str,
    agreed: &'static str,
    /// The quote that is asked for, and the one that is booked.
    quote: &'static str,
    books: &'static str,
    deal: &'static str,
}

/// Quoted again at the agreed price, and booked at it.
const V1: Story = Story {
    dialect: "v1",
    rows: table::V1,
    key: "test-key-02",
    product: "prod-c919ef73",
    target: "11.50",
    max: "12.90",
    agreed: "12.82",
    quote: "qt-57df374505f8",
    books: "qt-6cc9030d0280",
    deal: "DEMO-EF804A5DA59F",
};

/// The same quote keeps the agreed price, and the record of the negotiation is looked at.
const V2: Story = Story {
    dialect: "v2",
    rows: table::V2,
    key: "test-key-09",
    product: "prod-91ddc363",
    target: "10.00",
    max: "11.90",
    agreed: "11.47",
    quote: "qt-28e49254ff06",
    books: "qt-28e49254ff06",
    deal: "DEMO-6F7B7A087218",
};

#[test]
fn v1_is_quoted_again_at_the_agreed_price_and_booked_at_it() {
    tell(&V1, false);
}

#[test]
fn v2_keeps_the_agreed_price_for_the_same_quote_and_its_record_is_looked_at() {
    tell(&V2, false);
}

#[test]
fn a_booking_without_a_reply_is_found_in_what_the_seller_says_of_the_quote() {
    for story in [&V1, &V2] {
        tell(story, true);
    }
}

#[test]
fn a_deal_at_another_price_than_the_confirmed_one_is_disputed() {
    // What is asked for along with the quote, the quote, its price, and what it is booked at.
    for (story, more, quote, confirmed, booked) in [
        (&V1, &["--target-cpm", "12.00"][..], V1.books, "12.00", "13.50"),
        (&V2, &[], V2.quote, "13.50", "11.47"),
    ] {
        let Some((seller, home)) = desk(story) else { return };
        home.run(&[&asks(story)[..], more].concat()).json("quote");
        seller.told().errs = true;
        let line = ["book", quote, "--confirm", confirmed, "--max-cpm", confirmed, "--json"];
        let ran = home.run(&line);
        let book = ran.json("book");
        assert_eq!((ran.code, text(&book, "/outcome")), (12, "disputed"), "{book:#}");
        assert_eq!(text(&book, "/deal/pricing/final_cpm"), booked);
        let again = home.run(&line);
        assert_eq!((again.code, text(&again.json("book"), "/outcome")), (7, "blocked"));
        let deals = home.run(&["deals", "list", "--json"]).json("deals");
        assert_eq!(deals["items"].as_array().unwrap().len(), 1);
        assert_eq!(text(&deals, "/items/0/stage"), "DISPUTED");
        let told = seller.told();
        assert_eq!((told.deals.len(), told.missed.len()), (1, 0), "{:?}", told.missed);
    }
}

#[test]
fn a_quote_that_is_over_is_not_booked() {
    for story in [&V1, &V2] {
        let Some((seller, home)) = desk(story) else { return };
        home.run(&asks(story)).json("quote");
        seller.told().over = true;
        let line = ["book", story.quote, "--confirm", "13.50", "--max-cpm", "13.50", "--json"];
        let ran = home.run(&line);
        let book = ran.json("book");
        assert_eq!((ran.code, text(&book, "/outcome")), (6, "expired"), "{book:#}");
        let told = seller.told();
        assert_eq!((told.deals.len(), told.missed.len()), (0, 0), "{:?}", told.missed);
    }
}

fn text<'a>(value: &'a Value, place: &str) -> &'a str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{place}: {value:#}"))
}

/// A request for the story's quote.
fn asks(story: &Story) -> Vec<&'static str> {
    let line = ["quote", "request", "--seller", "recorded", "--product", story.product];
    [&line[..], &["--impressions", "100_000", "--json"]].concat()
}

/// The recorded seller and a desk that may buy from it, where the recordings are.
fn desk(story: &Story) -> Option<(Seller, Home)> {
    let seller = Seller::replaying(recordings(story.dialect)?, story.rows);
    let config = format!(
        "[identity]\nagency_id = \"agency-omni\"\n[[sellers]]\nname = \"recorded\"\nurl = \"{}\"\n\
         api_key_file = \"key\"\n[limits]\nexposure = 50_000\nday = 20_000\ndeal = 5_000\n\
         cpm.default = 20.00\n",
        seller.url()
    );
    let home = Home::new(&config);
    let key = home.config().with_file_name("key");
    std::fs::write(&key, story.key).unwrap();
    private(&key);
    Some((seller, home))
}

/// `loses`: the seller books, and the reply is lost.
fn tell(story: &Story, loses: bool) {
    let Some((seller, home)) = desk(story) else { return };
    let run = |line: &[&str], schema: &str| {
        let ran = home.run(&[line, &["--json"]].concat());
        let missed = seller.told().missed.join("\n");
        assert_eq!(missed, "", "{line:?}: {}{}", ran.stdout, ran.stderr);
        (ran.code, ran.json(schema))
    };

    let (code, tested) = run(&["sellers", "test", "recorded"], "sellers-test");
    assert_eq!(code, 0, "{tested:#}");
    let checks = tested["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["status"] != "fail"), "{tested:#}");
    let (_, sellers) = run(&["sellers", "list"], "sellers");
    assert_eq!(text(&sellers, "/items/0/status"), "up");
    let (_, kit) = run(&["kit", "list"], "packages");
    assert_eq!(text(&kit, "/items/0/exact_price"), "10.80", "{kit:#}");
    let (_, products) = run(&["kit", "products"], "products");
    let id = |product: &&Value| product["product_id"] == story.product;
    let product = products["items"].as_array().unwrap().iter().find(id).unwrap();
    assert_eq!((&product["base_cpm"], &product["floor_cpm"]), (&"15.00".into(), &"10.00".into()));

    let asked = home.run(&asks(story));
    let (code, quote) = (asked.code, asked.json("quote"));
    assert_eq!((code, text(&quote, "/quote_id")), (0, story.quote));
    assert_eq!(text(&quote, "/pricing/final_cpm"), "13.50", "{quote:#}");
    assert_eq!(text(&quote, "/buyer_tier"), "agency");
    let (_, shown) = run(&["quote", "show", story.quote], "quote");
    assert_eq!((text(&shown, "/source"), &shown["pricing"]), ("seller", &quote["pricing"]));

    let plan = ["--target", story.target, "--max", story.max, "--step", "0.5", "--rounds", "5"];
    let (code, played) = run(&[&["negotiate", story.quote][..], &plan].concat(), "negotiate");
    assert_eq!((code, text(&played, "/outcome")), (0, "accepted"), "{played:#}");
    assert_eq!(text(&played, "/agreed_cpm"), story.agreed, "{played:#}");
    assert_eq!(text(&played, "/book_quote_id"), story.books);

    let book = ["book", story.books, "--max-cpm", story.max];
    let (code, wrong) = run(&[&book[..], &["--confirm", "13.50"]].concat(), "book");
    assert_eq!((code, text(&wrong, "/refusal/rule")), (7, "confirm"), "{wrong:#}");
    assert!(seller.told().deals.is_empty(), "a price that was not agreed books nothing");
    seller.told().loses = loses;
    let (code, booked) = run(&[&book[..], &["--confirm", story.agreed]].concat(), "book");
    assert_eq!((code, text(&booked, "/outcome")), (0, "done"), "{booked:#}");
    assert_eq!(text(&booked, "/deal/deal_id"), story.deal);
    assert_eq!(text(&booked, "/deal/pricing/final_cpm"), story.agreed);
    let (code, again) = run(&[&book[..], &["--confirm", story.agreed]].concat(), "book");
    assert_eq!((code, text(&again, "/outcome")), (7, "blocked"));

    let (_, deals) = run(&["deals", "list"], "deals");
    assert_eq!(deals["items"].as_array().unwrap().len(), 1);
    assert_eq!(text(&deals, "/items/0/deal_id"), story.deal);
    let (code, deal) = run(&["deals", "show", story.deal], "deal");
    assert_eq!((code, text(&deal, "/source")), (0, "seller"));
    assert_eq!(text(&deal, "/pricing/final_cpm"), story.agreed);
    assert_eq!(text(&deal, "/bookings/0/state"), "done");
    let evidence = deal.pointer("/bookings/0/evidence").and_then(Value::as_array).unwrap();
    assert_eq!(!evidence.is_empty(), loses, "{evidence:#?}");
    let (_, quote) = run(&["quote", "show", story.books], "quote");
    assert_eq!((text(&quote, "/status"), text(&quote, "/deal_id")), ("booked", story.deal));
    // A booked quote has the seller's own word for it, and the price of its deal.
    assert_eq!((text(&quote, "/source"), text(&quote, "/raw_status")), ("seller", "booked"));
    assert_eq!(text(&quote, "/pricing/final_cpm"), story.agreed);
    let (_, audit) = run(&["audit", "verify"], "audit");
    assert_eq!(audit["verified"], true);

    let told = seller.told();
    assert_eq!(told.deals.keys().map(String::as_str).collect::<Vec<_>>(), [story.deal]);
    eprintln!("{}: {} answers: {:?}", story.dialect, told.used.len(), told.used);
    let unused = |row: &&Row| row.when != When::Over && !told.used.contains(&row.recording);
    let unused = story.rows.iter().find(unused);
    assert!(unused.is_none(), "the story has no place for {unused:?}");
}
