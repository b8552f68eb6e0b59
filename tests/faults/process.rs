//! The steps of a script that buys: the real program beside a seller on a port.

use std::process::{Child, Command};

use dealdesk::{
    domain::Tier,
    sim::{Seller, iab::Iab},
};
use serde_json::Value;

use crate::home::{Home, Ran, private};

/// A desk that may buy from the seller at `url`; its key is in a file.
pub(crate) fn home(name: &str, seller: &Seller<Iab>, url: &str, book_wait: u32) -> Home {
    let config = format!(
        "[identity]\nagency_id = \"agency-1\"\n[[sellers]]\nname = \"{name}\"\nurl = \"{url}\"\n\
         api_key_file = \"key\"\ntimeout_s = 10\n[limits]\nexposure = 250_000\nday = 200_000\n\
         deal = 60_000\ncpm.default = 60.00\n[desk]\nbook_wait_s = {book_wait}\nnegotiate_wait_s = 25\n"
    );
    let home = Home::new(&config);
    let key = home.config().with_file_name("key");
    std::fs::write(&key, seller.engine().key(Tier::Agency).unwrap()).unwrap();
    private(&key);
    home
}

/// A quote, as the program asks for it: its id and its price.
#[derive(Debug, Clone)]
pub(crate) struct Quoted {
    pub(crate) id: String,
    pub(crate) price: String,
}

fn ask<'a>(name: &'a str, product: &'a str, impressions: &'a str) -> Vec<&'a str> {
    let what = ["quote", "request", "--seller", name, "--product", product];
    [&what[..], &["--impressions", impressions, "--json"]].concat()
}

pub(crate) fn quote(home: &Home, (name, product): (&str, &str), impressions: u64) -> Quoted {
    let impressions = impressions.to_string();
    let ran = home.run(&ask(name, product, &impressions));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let quote = ran.json("quote");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Quoted { id: text(&quote["quote_id"]), price: text(&quote["pricing"]["final_cpm"]) }
}

/// The program, asking for another quote.
pub(crate) fn asks(home: &Home, (name, product): (&str, &str)) -> Child {
    home.command(&ask(name, product, "150000")).spawn().unwrap()
}

/// The program, about to book a quote.
pub(crate) fn books(home: &Home, quoted: &Quoted) -> Command {
    let price = quoted.price.as_str();
    home.command(&["book", &quoted.id, "--confirm", price, "--max-cpm", price, "--json"])
}

/// How it ended, once it has.
pub(crate) fn ended(child: Child) -> Ran {
    Ran::of(&child.wait_with_output().unwrap())
}

/// The ids of the deals that the program lists.
pub(crate) fn deals(home: &Home) -> Vec<String> {
    let ran = home.run(&["deals", "list", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let deals = ran.json("deals");
    let items = deals["items"].as_array().unwrap().iter();
    items.map(|deal| deal["deal_id"].as_str().unwrap().to_owned()).collect()
}
