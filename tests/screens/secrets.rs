//! What only the buyer knows, looked for byte by byte in everything that a room is given: in a thousand
//! sessions of keys that nobody chose, with limits, targets, plans, names and notes made for each.

use dealdesk::{
    desk::{Command, Input, Setup},
    domain::{Answer, Ask, By, Cost, Cpm, Identity, Limits, QuoteRef, strategy::Plan},
    present::{Audience, Show},
    tui::{Chord, Key, KeyKind},
};
use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::{
    harness::{Seat, keys},
    world::{moved, setup, usd},
};

/// How many sessions are played.
const RUNS: u64 = 1_000;

/// Numbers that look thrown, the same in every run of the tests.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    /// An amount whose digits stand nowhere by chance.
    fn amount(&mut self, whole: u64, spread: u64) -> Decimal {
        let fraction = 1_001 + self.below(8_998);
        let fraction = if fraction.is_multiple_of(10) { fraction + 1 } else { fraction };
        let whole = whole + self.below(spread);
        Decimal::new(i64::try_from(whole * 10_000 + fraction).unwrap(), 4)
    }

    fn word(&mut self, syllables: usize) -> String {
        const PARTS: [&str; 12] =
            ["zor", "vex", "qua", "jub", "wyn", "kro", "phy", "gle", "dru", "xan", "ulm", "oth"];
        (0..syllables).map(|_| self.pick(&PARTS)).collect()
    }
}

/// What must be found nowhere.
#[derive(Debug, Default)]
struct Secrets {
    amounts: Vec<(&'static str, Decimal)>,
    words: Vec<(&'static str, String)>,
}

impl Secrets {
    /// Which of them stand in `text`, in whatever way one could be written.
    fn found_in(&self, text: &str) -> Vec<String> {
        let digits = digits(text);
        let letters = letters(text);
        let amounts = self.amounts.iter().flat_map(|(what, amount)| {
            let of = move |way: &str| format!("{what} {amount} {way}");
            let written = written(*amount).into_iter();
            let found = written.filter(|(_, written)| text.contains(written)).map(|(way, _)| way);
            let runs = [("digits", 1), ("tenfold", 10), ("hundredfold", 100), ("micros", 100)];
            let runs = runs.into_iter().filter(|(_, factor)| {
                let run = (amount.mantissa() * i128::from(*factor)).to_string();
                digits.contains(&run)
            });
            found.chain(runs.map(|(way, _)| way)).map(of).collect::<Vec<_>>()
        });
        let words = self.words.iter().flat_map(|(what, word)| {
            let plain: String = self::letters(word);
            let hex = word.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            let back: String = plain.chars().rev().collect();
            let ways = [("letters", plain), ("hex", hex), ("backwards", back)];
            let ways = ways.into_iter().filter(|(_, way)| letters.contains(way.as_str()));
            let mut found: Vec<_> = ways.map(|(way, _)| format!("{what} {word} {way}")).collect();
            let encoded = base64(word);
            if text.contains(encoded.trim_end_matches('=')) {
                found.push(format!("{what} {word} base64"));
            }
            found
        });
        amounts.chain(words).collect()
    }
}

fn base64(word: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(word)
}

/// An amount as it could be written: plain, with a comma, as a part of a quote, as what is left to it.
fn written(amount: Decimal) -> Vec<(&'static str, String)> {
    let plain = amount.to_string();
    let mut all = vec![
        ("plain", plain.clone()),
        ("comma", plain.replace('.', ",")),
        ("cents", (amount * Decimal::ONE_HUNDRED).normalize().to_string()),
        ("rounded up", format!("{}", amount.round_dp(3))),
    ];
    for quoted in ["27.36", "25.22", "25.99", "24.69", "22.00"] {
        let quoted: Decimal = quoted.parse().unwrap();
        all.push(("gap", (quoted - amount).abs().to_string()));
        let part = (amount * Decimal::ONE_HUNDRED / quoted).round_dp(4);
        all.push(("percent", part.to_string()));
    }
    all
}

/// Only the digits of every number, whatever stands between them.
fn digits(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let within = matches!(c, ',' | '.' | '_' | '\'' | ' ')
            && out.ends_with(|c: char| c.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() {
            out.push(c);
        } else if !within {
            out.push('|');
        }
    }
    out
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A session and what is secret in it.
struct Run {
    seat: Seat,
    secrets: Secrets,
    client: String,
    target: Cpm,
    given: String,
    newest: Option<Audience>,
    quotes: Vec<QuoteRef>,
}

impl Run {
    fn begin(dice: &mut Dice) -> Self {
        let mut secrets = Secrets::default();
        let mut amount = |dice: &mut Dice, what: &'static str, whole: u64, spread: u64| {
            let amount = dice.amount(whole, spread);
            secrets.amounts.push((what, amount));
            amount
        };
        let limits = Limits {
            exposure: Some(amount(dice, "exposure", 200_000, 90_000)),
            day: Some(amount(dice, "day", 100_000, 90_000)),
            deal: Some(amount(dice, "deal", 30_000, 9_000)),
            cpm: [("default".to_owned(), amount(dice, "limit", 28, 9))].into(),
            ..Limits::default()
        };
        let target = amount(dice, "target", 14, 5);
        let words = ["client", "agency", "seat", "advertiser", "key", "note"].map(|what| {
            let word = dice.word(4);
            secrets.words.push((what, word.clone()));
            word
        });
        let [client, agency, seat_id, advertiser, key, note] = words;
        let base = setup();
        let sellers = base.sellers.iter().cloned().map(|mut info| {
            info.auth = format!("key {key}");
            info
        });
        let setup = Setup {
            limits,
            sellers: sellers.collect(),
            identity: Identity {
                seat_id: Some(seat_id),
                agency_id: Some(agency),
                advertiser_id: Some(advertiser),
                dsp_platform: None,
                agent_url: None,
            },
            private_clients: vec![client.clone()],
            // An armed strategy plays in some sessions and has not begun in others.
            auto_pause: SignedDuration::from_secs(dice.pick(&[0, 600])),
            ..base
        };
        let size = dice.pick(&[(80, 24), (120, 36), (200, 60)]);
        let mut seat = Seat::with(setup, size);
        seat.app.show(Some(Show {
            name: format!("for {}", client.to_uppercase()),
            caption: vec![format!("{client} wants this")],
            ..Show::default()
        }));
        let target = Cpm::usd(target);
        let mut run = Self {
            seat,
            secrets,
            client,
            target,
            given: String::new(),
            newest: None,
            quotes: Vec::new(),
        };
        run.seat
            .input(Input::Command(Command::Halt { seller: Some("pinewave".into()), why: note }));
        run
    }

    /// Quotes whose sellers name the client, and negotiations that know a target and a plan.
    fn deal(&mut self, dice: &mut Dice) {
        for (seller, id, price) in [("northlight", "qt-1", "27.36"), ("harbor", "qt-h", "25.22")] {
            let mut quote = self.seat.quote(seller, id, price, 40);
            let (loud, told) =
                (self.client.to_uppercase(), self.seat.desk.state().setup.identity.clone());
            quote.product.name = format!("CTV for {loud}");
            quote.pricing.rationale = format!(
                "{} of {} at {}",
                self.client,
                told.agency_id.unwrap(),
                told.seat_id.unwrap()
            );
            let key = self.seat.quoted_as(quote);
            let (target, limit) = (Some(self.target), None);
            let command = Command::OpenNegotiation { quote: key.clone(), target, limit };
            self.seat.input(Input::Command(command));
            self.quotes.push(key);
        }
        if dice.below(2) == 0 {
            let max = dice.amount(23, 4);
            self.secrets.amounts.push(("maximum", max));
            let spend = dice.amount(90_000, 9_000);
            self.secrets.amounts.push(("spend", spend));
            let mut plan = Plan {
                strategy: "simple-threshold".into(),
                target: usd("20.00"),
                max: Cpm::usd(max),
                step: Decimal::ONE,
                rounds: 3,
                options: dealdesk::domain::strategy::Options::default(),
            };
            plan.options.spend = Some(Cost::usd(spend));
            let quote = self.quotes[0].clone();
            self.seat.input(Input::Command(Command::ArmAuto { quote, plan }));
        }
    }

    /// A key, or something that comes from outside; then what a room is given by now is kept.
    fn step(&mut self, dice: &mut Dice) {
        match dice.below(12) {
            0 if !self.seat.storing.is_empty() => {
                self.seat.stored();
            }
            1 | 2 => self.answer(dice),
            3 => {
                // A price above the limit, drafted and typed, and a filter with the client's name.
                self.seat.keys(dice.pick(&["4 e", "3 /", "4 + e", "4 A", "1 /"]));
                let limit = self.secrets.amounts[3].1.to_string();
                let text = if dice.below(2) == 0 { limit } else { self.client.clone() };
                self.seat.typed(&text);
            }
            4 => {
                self.seat.keys("f5");
            }
            5 => {
                self.seat.keys(dice.pick(&["esc", "enter", "y", "4", "3 B", "4 N", "4 m N y"]));
            }
            _ => {
                let all = keys();
                let key = all[usize::try_from(dice.below(all.len() as u64)).unwrap()];
                if key != Chord::key(Key::F(12)) {
                    self.seat.chord(key, KeyKind::Press);
                }
            }
        }
        self.seat.wait(i64::try_from(dice.below(3_000)).unwrap());
        self.keep();
    }

    fn answer(&mut self, dice: &mut Dice) {
        let Some((_, seller, ask)) = self.seat.asked.first() else { return };
        let (seller, ask) = (seller.clone(), ask.clone());
        if let Ask::GetQuote(id) = &ask {
            let key = QuoteRef::new(seller, id.clone());
            if self.seat.desk.state().quote(&key).is_some() {
                self.seat.same(&key);
            }
            return;
        }
        if let Ask::Counter { .. } = &ask {
            let state = self.seat.desk.state();
            let game = state.quotes.values().find_map(|record| {
                let game = record.negotiation.as_ref()?;
                (record.quote.seller == seller && game.pending.is_some()).then_some(game)
            });
            let Some(pending) = game.and_then(|game| game.pending.clone()) else { return };
            let action = dice.pick(&["counter", "counter", "accept", "reject", "final_offer"]);
            let ours = pending.cpm.plain();
            let theirs = if action == "accept" { ours.clone() } else { "24.69".to_owned() };
            let Answer::Moved(mut moved) = moved(pending.round, action, &ours, &theirs) else {
                return;
            };
            moved.rationale = format!("not for {}", self.client);
            self.seat.answer(Ok(Answer::Moved(moved)));
        }
    }

    /// What is sent: every value that differs from the one before.
    fn keep(&mut self) {
        let audience = self.seat.app.audience(self.seat.desk.state());
        if self.newest.as_ref() != Some(audience) {
            self.given.push_str(&serde_json::to_string(audience).unwrap());
            self.given.push('\n');
            self.newest = Some(audience.clone());
        }
    }

    /// An amount that was offered is no secret any more.
    fn forget_what_was_offered(&mut self) {
        let games = self.seat.desk.state().quotes.values().filter_map(|r| r.negotiation.as_ref());
        let offered: Vec<_> = games
            .flat_map(|game| {
                let made = game.rounds.iter().filter(|round| round.by == By::Us);
                let made = made.filter_map(|round| round.cpm);
                made.chain(game.pending.as_ref().map(|pending| pending.cpm)).collect::<Vec<_>>()
            })
            .map(|cpm| cpm.amount())
            .collect();
        self.secrets.amounts.retain(|(_, amount)| !offered.contains(amount));
    }
}

#[test]
fn a_thousand_sessions_give_a_room_nothing_that_only_the_buyer_knows() {
    let (mut values, mut masked, mut offers) = (0, 0, 0);
    for seed in 0..RUNS {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed + 1).wrapping_mul(0x00D1_B54A_32D1_92ED));
        let mut run = Run::begin(&mut dice);
        run.deal(&mut dice);
        for _ in 0..30 {
            run.step(&mut dice);
        }
        run.forget_what_was_offered();
        assert!(run.secrets.amounts.len() >= 4, "{:?}", run.secrets);
        let found = run.secrets.found_in(&run.given);
        assert!(found.is_empty(), "session {seed}: {found:?} in\n{}", run.given);
        values += run.given.lines().count();
        masked += run.given.matches("CLIENT A").count();
        offers += run.given.matches("\"by\":\"us\"").count();
    }
    assert!(values > 4_000, "only {values} values were given");
    assert!(masked > 5_000, "only {masked} names were masked");
    assert!(offers > 500, "only {offers} offers were seen");
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let mut dice = Dice(7);
    let mut run = Run::begin(&mut dice);
    run.deal(&mut dice);
    run.keep();
    assert!(run.secrets.found_in(&run.given).is_empty());
    // A type that had the limits, or a text that was not masked, is found, however it is written.
    let clean = run.newest.clone().unwrap();
    let leaks = |words: String| {
        let mut audience = clean.clone();
        audience.show.caption = vec![words];
        let given = serde_json::to_string(&audience).unwrap();
        !run.secrets.found_in(&given).is_empty()
    };
    assert!(!leaks("nothing at all, 24.69 of 27.36".to_owned()));
    for (what, amount) in &run.secrets.amounts {
        let grouped = dealdesk::domain::money::grouped(*amount);
        let micros = (*amount * Decimal::from(1_000_000)).normalize().to_string();
        let gap = (Decimal::new(2_736, 2) - *amount).to_string();
        for way in [amount.to_string(), grouped, micros, format!("x{amount}y"), gap] {
            assert!(leaks(way.clone()), "{what} as {way} is not found");
        }
    }
    for (what, word) in &run.secrets.words {
        let spaced: String = word.chars().flat_map(|c| [c, ' ']).collect();
        for way in [word.clone(), word.to_uppercase(), spaced, base64(word), format!("q{word}3")] {
            assert!(leaks(way.clone()), "{what} as {way} is not found");
        }
    }
}
