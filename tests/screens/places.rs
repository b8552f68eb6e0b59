//! A desk with something on every screen, in words that a test chooses, and the keys that lead to every
//! screen and to what can lie over it.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, Ask, Availability, ErrorKind, OpenRtb, QuoteRef, SellerError},
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::Seat,
    world::{error, is, moved, package, product, seat},
};

/// The screens and what can lie over them, by the keys that lead there from the board.
pub(crate) const PLACES: [&str; 35] = [
    "1",
    "1 enter",
    "1 ?",
    "1 y",
    "1 /",
    "1 g",
    "1 M",
    "1 E",
    "1 / ctrl-u N L - 7 enter enter",
    "1 / ctrl-u N L - 7 enter enter enter",
    "1 / ctrl-u N L - 7 enter enter y",
    "2",
    "2 enter",
    "2 Q",
    "3",
    "3 / ctrl-u q t - h enter",
    "3 / ctrl-u q t - h enter B",
    "3 / ctrl-u q t - h enter B tab",
    "3 / ctrl-u q t - h enter B q",
    "3 / ctrl-u q t - e enter B",
    "3 / ctrl-u q t - h enter P",
    "3 / ctrl-u q t - h enter P 2 0 enter enter enter enter",
    "4",
    "4 e",
    "4 enter",
    "4 + N",
    "4 A",
    "4 W",
    "4 a",
    "8",
    "8 H U",
    "f12 U",
    "9",
    "9 home enter",
    "9 enter",
];

/// What sellers say in everything that is prose, and what their ids end in. Prose is cleaned where it
/// enters, in the adapters; ids come verbatim.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) prose: String,
    pub(crate) id: String,
}

impl Words {
    pub(crate) fn plain() -> Self {
        Self { prose: "Agency tier 10% + volume 5%".to_owned(), id: String::new() }
    }

    fn id<T: From<String>>(&self, id: &str) -> T {
        format!("{id}{}", self.id).into()
    }

    fn list(&self) -> Vec<String> {
        vec![self.prose.clone(), self.prose.clone()]
    }

    fn error(&self, kind: ErrorKind, status: u16) -> SellerError {
        error(kind, status, &self.prose, &self.prose)
    }

    /// What a seller offers: a package with its products.
    fn kit(&self, seller: &str, price: Option<&str>) -> (Answer, Answer) {
        let mut offered = package(seller, &self.prose, price, &["prod"]);
        offered.package_id = self.id(&format!("pkg-{seller}"));
        offered.description.clone_from(&self.prose);
        offered.price_range = Some(self.prose.clone());
        for list in
            [&mut offered.ad_formats, &mut offered.cat, &mut offered.geo_targets, &mut offered.tags]
        {
            *list = self.list();
        }
        for placement in &mut offered.placements {
            placement.product_id = self.id("prod-1");
            placement.product_name.clone_from(&self.prose);
            placement.ad_formats = self.list();
        }
        let mut sold = product("prod");
        sold.product_id = self.id("prod-1");
        sold.name.clone_from(&self.prose);
        sold.description.clone_from(&self.prose);
        sold.inventory_type.clone_from(&self.prose);
        sold.deal_types = self.list();
        (Answer::Packages(vec![offered]), Answer::Products(vec![sold]))
    }

    /// A quote of `seller` on the desk.
    fn quoted(&self, seat: &mut Seat, seller: &str, id: &str, many: u64, price: &str) -> QuoteRef {
        let mut quote = seat.quote(seller, id, price, 40);
        quote.quote_id = self.id(id);
        quote.raw_status.clone_from(&self.prose);
        quote.product.product_id = self.id("prod-1");
        quote.product.name.clone_from(&self.prose);
        quote.product.inventory_type.clone_from(&self.prose);
        quote.pricing.rationale.clone_from(&self.prose);
        quote.terms.impressions = Some(many);
        quote.availability = Some(Availability {
            competing_demand: Some(self.prose.clone()),
            ..quote.availability.unwrap()
        });
        seat.quoted_as(quote)
    }

    /// The deal that a booking became; its flight is not the one that was agreed.
    fn deal(&self, seat: &Seat, key: &QuoteRef) -> Answer {
        let mut deal = seat.deal("NL-7", key);
        deal.deal_id = self.id("NL-7");
        deal.raw_deal_type.clone_from(&self.prose);
        deal.raw_status.clone_from(&self.prose);
        deal.terms.flight_end = Some(self.prose.clone());
        deal.activation_instructions = [(self.prose.clone(), self.prose.clone())].into();
        deal.openrtb = Some(OpenRtb {
            id: self.id("NL-7"),
            bidfloor: None,
            at: Some(1),
            wseat: self.list(),
            wadomain: self.list(),
            guar: None,
        });
        let raw =
            serde_json::json!({"id": format!("NL-7{}", self.id), "ext": {"says": self.prose}});
        deal.openrtb_raw = Some(raw.to_string());
        Answer::Deal(Box::new(deal))
    }

    /// The seller's answer to an offer.
    fn moved(&self) -> Answer {
        let mut answer = moved(1, "counter", "20.00", "25.99");
        if let Answer::Moved(moved) = &mut answer {
            moved.negotiation_id = Some(self.id("neg-1"));
            moved.rationale.clone_from(&self.prose);
            moved.status.clone_from(&self.prose);
            moved.raw = serde_json::json!({"says": self.prose}).to_string();
        }
        answer
    }
}

/// A desk with something on every screen: a booking that nobody knows the outcome of, a deal that is
/// not as agreed, quotes that can be booked (one of them with `y` alone), a talk in which it is our
/// turn, a seller that is down and a quote that it did not give.
pub(crate) fn full(size: (u16, u16), words: &Words) -> Seat {
    let mut seat = seat(size);
    seat.says.clone_from(&words.prose);
    seat.keys("2 r");
    for (seller, price) in [("northlight", Some("28.80")), ("harbor", None)] {
        let (packages, products) = words.kit(seller, price);
        seat.answer_where(is(seller, "packages"), Ok(packages));
        seat.answer_where(is(seller, "products"), Ok(products));
    }
    let down = words.error(ErrorKind::Unavailable, 503);
    seat.answer_where(is("pinewave", "packages"), Err(down.clone()));
    seat.answer_where(is("pinewave", "products"), Err(down.clone()));
    let ask = seat.ask();
    seat.input(Input::Command(Command::RequestQuote { seller: "pinewave".into(), ask, rfq: None }));
    seat.answer_where(is("pinewave", "quote"), Err(down));
    booked(&mut seat, words, "qt-lost");
    let late = words.error(ErrorKind::Timeout, 0);
    seat.answer_where(|_, ask| ask.commits(), Err(late));
    seat.keys("esc esc");
    let key = booked(&mut seat, words, "qt-done");
    let deal = words.deal(&seat, &key);
    seat.answer_where(|_, ask| ask.commits(), Ok(deal));
    seat.keys("esc esc");
    words.quoted(&mut seat, "harbor", "qt-h", 500_000, "25.22");
    words.quoted(&mut seat, "harbor", "qt-easy", 20_000, "25.22");
    words.quoted(&mut seat, "northlight", "qt-1", 500_000, "27.36");
    seat.keys("3 / ctrl-u q t - 1 enter N e").typed("20").keys("enter N y").stored();
    seat.answer_where(|_, ask| matches!(ask, Ask::Counter { .. }), Ok(words.moved()));
    seat.keys("esc 3 / ctrl-u enter 1");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    seat
}

/// A booking on its way to the seller.
fn booked(seat: &mut Seat, words: &Words, id: &str) -> QuoteRef {
    let key = words.quoted(seat, "northlight", id, 500_000, "25.22");
    seat.keys("3 / ctrl-u");
    seat.typed(id).keys("enter B");
    reread(seat);
    seat.keys("down").typed("25.22").keys("enter");
    assert!(!seat.storing.is_empty(), "{}", seat.screen());
    seat.stored();
    key
}

/// Re-reads are answered, so that tickets arm; nothing else is. What the lost booking became stays
/// unknown, or else the desk would send it once more by itself.
pub(crate) fn reread(seat: &mut Seat) {
    let mut read = Vec::new();
    for (_, seller, ask) in &seat.asked {
        if let Ask::GetQuote(id) = ask {
            read.push(QuoteRef::new(seller.clone(), id.clone()));
        }
    }
    for key in read {
        let is = |ask: &Ask| *ask == Ask::GetQuote(key.quote_id.clone());
        let is_lost =
            seat.desk.state().bookings.values().any(|booking| booking.intent.quote == key);
        let answer = if is_lost {
            Err(error(ErrorKind::Unavailable, 503, "", "Service Unavailable"))
        } else {
            Ok(Answer::Quote(Box::new(seat.known(&key))))
        };
        seat.answer_where(|_, ask| is(ask), answer);
    }
}

/// Back to the bare screen, and from there to a place. What opened is seen before the next key.
pub(crate) fn go(seat: &mut Seat, place: &str) {
    for _ in 0..4 {
        seat.chord(Chord::key(Key::Esc), KeyKind::Press);
    }
    for key in place.split(' ') {
        seat.chord(key.parse().unwrap(), KeyKind::Press);
        reread(seat);
        seat.paste("");
        seat.wait(400);
    }
}
