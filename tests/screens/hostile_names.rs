//! Whatever sellers call things: on the screens of kit, quotes and deals, and on everything that opens
//! over them, each line is exactly as wide as the screen, no border moves, and neither the clipboard
//! nor the title carries more than text.

use dealdesk::domain::{
    Answer, Availability, Deal, DealRef, ErrorKind, OpenRtb, Placement, QuoteRef, Tier,
    text::{self, prose},
};
use proptest::{prelude::*, sample::select};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::{
    harness::{SIZES, Seat},
    world::{error, package, product, seat},
};

/// What moves, hides, reorders, colours or renames, where it is not held back; and letters that are
/// wide, piled up or joined.
const PIECES: &[&str] = &[
    "\u{1b}[2J\u{1b}[1;1H",
    "\u{1b}]52;c;cHduZWQ=\u{7}",
    "\u{1b}]0;owned\u{1b}\\",
    "\u{1b}[31;5m",
    "\u{1b}P+q544e\u{1b}\\",
    "\u{9b}31m",
    "\u{90}x\u{9c}",
    "\u{1b}[201~",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{fe0f}",
    "\r",
    "\r\n",
    "\t",
    "\u{2028}",
    "\u{8}\u{8}",
    "日本語",
    "한글",
    "👩‍🚀",
    "🧑🏽",
    "🏴\u{e0067}\u{e007f}",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\u{301}",
    "ﷺ",
    "ＡＢ",
    "\u{3164}",
    "a",
    "Stadium Pre-roll ",
    "−·…",
    "$(reboot)'`",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(PIECES).prop_map(str::to_owned),
        1 => "[^\u{2500}-\u{257f}]{0,12}",
        1 => (1usize..500).prop_map(|many| "W".repeat(many)),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A desk whose sellers call everything so: prose as it comes through the door, ids verbatim.
fn met(size: (u16, u16), name: &str, id: &str) -> (Seat, QuoteRef) {
    let words = prose(name);
    let mut seat = seat(size);
    seat.keys("2 r");
    let mut hostile = package(id, &words, Some("25.00"), &[]);
    hostile.description.clone_from(&words);
    (hostile.ad_formats, hostile.tags) = (vec![words.clone()], vec![words.clone()]);
    (hostile.cat, hostile.geo_targets) = (vec![words.clone()], vec![words.clone()]);
    hostile.price_range = Some(words.clone());
    hostile.placements = vec![Placement {
        product_id: id.into(),
        product_name: words.clone(),
        ad_formats: vec![words.clone()],
        device_types: vec![],
        weight: None,
    }];
    let other = package("pkg-2", &words, None, &["prod-2"]);
    let mut sold = product(id);
    (sold.name, sold.description, sold.inventory_type) =
        (words.clone(), words.clone(), words.clone());
    let is = |seller: &dealdesk::domain::SellerName| seller.as_str() == "northlight";
    let packages = Answer::Packages(vec![hostile, other]);
    seat.answer_where(|seller, ask| is(seller) && ask.name() == "packages", Ok(packages));
    let products = Answer::Products(vec![sold, product("prod-2")]);
    seat.answer_where(|seller, ask| is(seller) && ask.name() == "products", Ok(products));
    let down = error(ErrorKind::Unavailable, 503, "", &words);
    seat.answer_where(|seller, _| seller.as_str() == "harbor", Err(down.clone()));
    // Asked for together: one quotes, one does not.
    seat.keys("* Q y");
    let mut quote = seat.quote("northlight", id, "25.00", 9);
    quote.product.name.clone_from(&words);
    quote.product.inventory_type.clone_from(&words);
    quote.pricing.rationale.clone_from(&words);
    quote.pricing.pricing_model.clone_from(&words);
    quote.raw_status.clone_from(&words);
    quote.terms.flight_start = Some(words.clone());
    quote.availability = Some(Availability {
        inventory_available: None,
        estimated_fill_rate: None,
        competing_demand: Some(words.clone()),
    });
    quote.buyer_tier = Some(Tier::Agency);
    let is_quote =
        |_: &dealdesk::domain::SellerName, ask: &dealdesk::domain::Ask| ask.name() == "quote";
    seat.answer_where(is_quote, Ok(Answer::Quote(Box::new(quote.clone()))));
    if seat.asked.iter().any(|(_, seller, ask)| is_quote(seller, ask)) {
        seat.answer_where(is_quote, Err(down));
    }
    (seat, quote.reference())
}

fn deal(seat: &Seat, key: &QuoteRef, name: &str, id: &str) -> Deal {
    let words = prose(name);
    let block = serde_json::json!({
        "id": id, "bidfloor": 25.0, "bidfloorcur": name, "at": 1, "wseat": [name], "ext": {name: name},
    });
    let mut deal = seat.deal(id, key);
    deal.raw_status.clone_from(&words);
    deal.raw_deal_type.clone_from(&words);
    deal.activation_instructions = [(text::clean(name, 80), words)].into();
    deal.openrtb = Some(OpenRtb {
        id: id.to_owned(),
        bidfloor: None,
        at: Some(1),
        wseat: vec![prose(name)],
        wadomain: vec![prose(name)],
        guar: None,
    });
    deal.openrtb_raw = Some(block.to_string());
    deal
}

fn buffer(seat: &mut Seat) -> Buffer {
    let (cols, rows) = seat.size;
    let mut terminal = Terminal::new(TestBackend::new(cols, rows)).unwrap();
    terminal.draw(|frame| seat.app.draw(frame, seat.desk.state(), seat.now)).unwrap();
    terminal.backend().buffer().clone()
}

/// What a terminal draws nothing for, or takes for more than a letter.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn check(seat: &mut Seat, doing: &str) -> Result<(), TestCaseError> {
    let screen = buffer(seat);
    let (cols, rows) = seat.size;
    for y in 0..rows {
        let (mut x, mut line) = (0, String::new());
        while x < cols {
            let symbol = screen[(x, y)].symbol();
            prop_assert!(!symbol.chars().any(is_harmful), "{doing}: {symbol:?} at {x},{y}");
            line.push_str(symbol);
            x += u16::try_from(text::width(symbol)).unwrap().max(1);
        }
        // A letter that is half outside, or half under a border, would show here.
        prop_assert_eq!(x, cols, "{}: line {} is {} wide: {}", doing, y, x, line);
        prop_assert_eq!(text::width(&line), usize::from(cols), "{}: {}", doing, line);
    }
    prop_assert!(borders_hold(&screen), "{doing}\n{}", seat.screen());
    let title = seat.app.title(seat.desk.state());
    prop_assert!(!title.chars().any(is_harmful), "{doing}: {title:?}");
    for copied in &seat.copied {
        let harmful = |c: char| is_harmful(c) && !matches!(c, '\n' | '\t');
        prop_assert!(!copied.chars().any(harmful), "{doing}: {copied:?}");
    }
    Ok(())
}

/// Whether every box whose upper left corner is seen is whole, but for what lies over it.
fn borders_hold(buffer: &Buffer) -> bool {
    let area = buffer.area;
    let at = |x: u16, y: u16| buffer[(x, y)].symbol();
    let over = (0..area.height).any(|y| (0..area.width).any(|x| at(x, y) == "╔"));
    for (corner, right, below, side, end) in [("╔", "╗", "╚", "║", "╝"), ("┌", "┐", "└", "│", "┘")]
    {
        if over && corner == "┌" {
            break;
        }
        for y in 0..area.height {
            for x in (0..area.width).filter(|&x| at(x, y) == corner) {
                let Some(far) = (x + 1..area.width).find(|&x| at(x, y) == right) else {
                    return false;
                };
                let Some(low) = (y + 1..area.height).find(|&y| at(x, y) == below) else {
                    return false;
                };
                let whole = (y + 1..low).all(|y| at(x, y) == side && at(far, y) == side);
                if !whole || at(far, low) != end {
                    return false;
                }
            }
        }
    }
    true
}

/// Presses keys one after the other and looks at the screen after each.
fn walk(seat: &mut Seat, keys: &str) -> Result<(), TestCaseError> {
    for key in keys.split_whitespace() {
        seat.keys(key);
        check(seat, &format!("{key} of {keys}"))?;
    }
    Ok(())
}

/// Every copy that the menu has here.
fn copy_all(seat: &mut Seat) -> Result<(), TestCaseError> {
    for key in ["i", "r", "j", "d", "o", "n"] {
        seat.keys("y");
        check(seat, "the copy menu")?;
        seat.keys(key);
        check(seat, &format!("copying {key}"))?;
        seat.keys("esc");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_word_of_a_seller_is_more_than_a_word(
        name in hostile(),
        id in hostile(),
        narrow in any::<bool>(),
    ) {
        let (seat, key) = met(SIZES[usize::from(!narrow)], &name, &id);
        let mut seat = seat;
        walk(&mut seat, "2 j k enter enter")?;
        seat.keys("2 g g");
        seat.keys("y i");
        walk(&mut seat, "y j Q down down esc")?;
        walk(&mut seat, "3 g g enter j enter esc k")?;
        walk(&mut seat, "j space G space = esc esc")?;
        seat.keys("g g j");
        copy_all(&mut seat)?;
        // Booked, whatever its id is.
        seat.input(dealdesk::desk::Input::Command(dealdesk::desk::Command::OpenTicket {
            quote: key.clone(), max_cpm: None, planned_spend: None, notes: None,
        }));
        seat.same(&key);
        check(&mut seat, "the ticket")?;
        seat.wait(400);
        seat.typed("25.00").keys("enter");
        check(&mut seat, "booking")?;
        if seat.storing.is_empty() {
            return Ok(());
        }
        seat.stored();
        let deal = deal(&seat, &key, &name, &id);
        let at = DealRef::new("northlight", id.as_str());
        seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
        prop_assert!(seat.desk.state().deals.contains_key(&at));
        seat.keys("esc esc 1 G enter");
        walk(&mut seat, "tab G tab G w w space esc tab enter esc tab")?;
        copy_all(&mut seat)?;
        seat.keys("d");
        check(&mut seat, "the read-back")?;
        let json = serde_json::json!([{ "id": id, "bidfloor": 25.5, "wseat": [name], name.clone(): 1 }]);
        let quoted = |text: &str| text.replace('"', "\"\"");
        let table = format!("Deal ID,Floor,Seat\n\"{}\",25.5,\"{}\"", quoted(&id), quoted(&name));
        for pasted in [name.clone(), json.to_string(), table] {
            seat.paste(&pasted);
            check(&mut seat, &format!("{pasted:?} pasted"))?;
            walk(&mut seat, "down end home")?;
        }
        walk(&mut seat, "esc tab tab")?;
    }
}
