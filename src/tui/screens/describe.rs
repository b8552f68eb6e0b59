//! Every fact, exchange and refusal in words: for the log and for the audit trail of a deal.

use crate::{
    desk::{
        BookingOutcome, Entry, Fact, OrderOutcome,
        log::{Level, Line, What},
    },
    domain::{Action, Cpm, DealType, SellerName, limits::Changed, money, strategy::Step, text},
    tui::parts,
};

/// A line of the log in its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) level: Level,
    pub(crate) kind: String,
    pub(crate) seller: String,
    pub(crate) subject: String,
    pub(crate) who: String,
    pub(crate) words: String,
}

/// A line of the log in words.
pub(crate) fn line(line: &Line) -> Described {
    match &line.what {
        What::Fact(entry) => Described {
            level: level(&entry.fact),
            kind: entry.fact.kind().to_owned(),
            seller: entry.fact.seller().to_string(),
            subject: crate::domain::ids::shown(&entry.fact.subject()).into_owned(),
            who: entry.actor.to_string(),
            words: describe(entry),
        },
        What::Exchange(exchange, error) => {
            let path = path(&exchange.url);
            let status = if exchange.status == 0 {
                error.clone().unwrap_or_else(|| "no reply".to_owned())
            } else {
                let why = error.as_ref().map_or_else(String::new, |error| format!(" {error}"));
                format!("{}{why}", exchange.status)
            };
            let again = match exchange.attempts {
                0 | 1 => String::new(),
                many => format!(" · {many} attempts"),
            };
            let words =
                format!("{} {path} → {status} · {}ms{again}", exchange.method, exchange.took_ms);
            Described {
                level: if error.is_some() { Level::Warn } else { Level::Debug },
                kind: "http".to_owned(),
                seller: exchange.seller.to_string(),
                subject: last_of(path),
                who: "desk".to_owned(),
                words: text::clean(&words, 400),
            }
        }
        What::Refused(refusal) => Described {
            level: Level::Warn,
            kind: "refused".to_owned(),
            seller: String::new(),
            subject: refusal.rule.clone(),
            who: "desk".to_owned(),
            words: refusal.to_string(),
        },
    }
}

/// How much a fact matters.
fn level(fact: &Fact) -> Level {
    match fact {
        Fact::BookingUnknown { .. } | Fact::MoveUnknown { .. } | Fact::Halted { .. } => {
            Level::Error
        }
        Fact::BookingEnded { ending, .. } => match ending {
            BookingOutcome::Done { .. } => Level::Info,
            BookingOutcome::Disputed { .. } => Level::Error,
            BookingOutcome::Refused { .. }
            | BookingOutcome::Expired { .. }
            | BookingOutcome::NotSent { .. }
            | BookingOutcome::Closed { .. } => Level::Warn,
        },
        Fact::OrderAnswered { ending, .. } => match ending {
            OrderOutcome::Done { .. } => Level::Info,
            OrderOutcome::Refused { .. } | OrderOutcome::NotSent { .. } => Level::Warn,
            OrderOutcome::Unknown { .. } => Level::Error,
        },
        Fact::DealGone { .. } => Level::Error,
        Fact::DealSeen { differences: Some(differences), .. } if !differences.is_empty() => {
            Level::Error
        }
        Fact::QuoteFailed { .. }
        | Fact::BookingWaiting { .. }
        | Fact::TriggerEnded { .. }
        | Fact::MoveFailed { .. }
        | Fact::BookingRepeated { .. }
        | Fact::MoveLookedUp { .. }
        | Fact::EvidenceSeen { .. } => Level::Warn,
        Fact::QuoteRequested { .. }
        | Fact::QuoteReceived { .. }
        | Fact::QuoteSeen { .. }
        | Fact::QuoteExpired { .. }
        | Fact::QuoteLetGo { .. }
        | Fact::NegotiationOpened { .. }
        | Fact::AutoArmed { .. }
        | Fact::AutoStopped { .. }
        | Fact::TriggerArmed { .. }
        | Fact::TriggerTook { .. }
        | Fact::MoveStored { .. }
        | Fact::MoveAnswered { .. }
        | Fact::NegotiationEnded { .. }
        | Fact::IntentStored { .. }
        | Fact::DealSeen { .. }
        | Fact::DealAcknowledged { .. }
        | Fact::ActivationDone { .. }
        | Fact::OrderSent { .. }
        | Fact::LimitsSet { .. }
        | Fact::Resumed { .. } => Level::Info,
    }
}

/// A fact in words, on one line.
pub(crate) fn describe(entry: &Entry) -> String {
    let words = match &entry.fact {
        Fact::QuoteRequested { seller, ask, .. } => {
            let name = ask.product_name.as_deref().unwrap_or(ask.product_id.as_str());
            let imps = ask.impressions.map_or_else(|| "?".to_owned(), money::count);
            let told: Vec<_> = ask.identity.fields().map(|(field, _)| field).collect();
            let told = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
            format!("asked {seller} for {name}, {imps} imps {}; told: {told}", ask.deal_type)
        }
        Fact::QuoteReceived { quote, requote_of, agreed, .. } => {
            let again = requote_of.as_ref().map_or_else(String::new, |old| format!(", for {old}"));
            let at = agreed.map_or_else(String::new, |cpm| format!(", agreed {cpm}"));
            let until = parts::clock::time(quote.expires_at);
            let cpm = price(quote.pricing.cpm(), quote.deal_type);
            format!("{cpm} on {}, until {until}Z{again}{at}", quote.product.name)
        }
        Fact::QuoteFailed { error, after_agreement, .. } => match after_agreement {
            Some(old) => format!("no new quote at the price agreed for {old}: {error}"),
            None => format!("no quote: {error}"),
        },
        Fact::QuoteSeen { quote } => {
            let cpm = price(quote.pricing.cpm(), quote.deal_type);
            format!("now {}, {cpm}", quote.raw_status)
        }
        Fact::QuoteExpired { by_seller: true, .. } => "expired, says the seller".to_owned(),
        Fact::QuoteExpired { .. } => "its time ran out".to_owned(),
        Fact::QuoteLetGo { .. } => "let go; the seller was told nothing".to_owned(),
        Fact::NegotiationOpened { target, limit, .. } => {
            format!("target {}, limit {}", amount(*target), amount(*limit))
        }
        Fact::AutoArmed { plan, .. } => format!(
            "{} plays from {} up to {} by {}, at most {} rounds",
            plan.strategy, plan.target, plan.max, plan.step, plan.rounds
        ),
        Fact::AutoStopped { why, .. } => format!("auto stopped: {why}"),
        Fact::TriggerArmed { trigger } => format!("{} books {}", trigger.id, trigger.terms),
        Fact::TriggerTook { id, price, .. } => format!("{id} takes it at {price}"),
        Fact::TriggerEnded { id, why, .. } => format!("{id} is over: {why}"),
        Fact::MoveStored { pending, .. } => {
            let words = pending.note.iter().map(|note| format!(" “{note}”"));
            let words: String = words.collect();
            if pending.action == Action::Walk {
                format!("R{} us walk{words}", pending.round)
            } else {
                format!("R{} us {} {}{words}", pending.round, pending.action, pending.cpm)
            }
        }
        Fact::MoveAnswered { moved, from_history, .. } => {
            let found = if *from_history { " (found in their history)" } else { "" };
            let words = if moved.rationale.is_empty() {
                String::new()
            } else {
                format!(" “{}”", moved.rationale)
            };
            format!("R{} them {}{found}{words}", moved.round, them(&moved.action, moved.seller_cpm))
        }
        // What was answered did arrive.
        Fact::MoveFailed { error, .. } if error.http_status > 0 => {
            format!("the seller did not take the move: {error}")
        }
        Fact::MoveFailed { error, .. } => format!("the move did not arrive: {error}"),
        Fact::MoveUnknown { error, .. } => format!("nobody knows whether the move counts: {error}"),
        Fact::MoveLookedUp { says, .. } => format!("the move without an answer: {says}"),
        Fact::NegotiationEnded { outcome, why, .. } => format!("{outcome}: {why}"),
        Fact::IntentStored { intent } => {
            let key = text::cut(&intent.idempotency_key, 9);
            let cost = parts::facts::amount(intent.cost);
            format!("{cost} at {}, stored before it is sent; key {key}", intent.confirmed)
        }
        Fact::BookingUnknown { why, .. } => format!("nobody knows whether it is booked: {why}"),
        Fact::BookingWaiting { waiting, .. } => format!("waiting for the seller: {waiting}"),
        Fact::EvidenceSeen { looked_at, says, still_available, .. } => {
            let still = if *still_available { "; the quote can still be booked" } else { "" };
            format!("{looked_at} → {says}{still}")
        }
        Fact::BookingEnded { ending, .. } => ended(ending),
        Fact::BookingRepeated { attempt, .. } => {
            format!("sent again: attempt {attempt}, same key, same body")
        }
        Fact::ActivationDone { step, says, .. } => format!("activation: {step}: {says}"),
        Fact::OrderSent { intent } => format!("{} asked for", intent.says()),
        Fact::OrderAnswered { ending, .. } => order_ended(ending),
        Fact::Halted { why, tripped: true, .. } => format!("stopped by the desk itself: {why}"),
        Fact::Halted { why, .. } => format!("stopped: {why}"),
        Fact::LimitsSet { changed, why, .. } => limits_set(changed, why.as_deref()),
        Fact::Resumed { .. } => "goes on".to_owned(),
        Fact::DealSeen { deal, differences } => {
            let price = deal.pricing.cpm().map_or_else(|| "?".to_owned(), |cpm| cpm.to_string());
            let differs = differences
                .iter()
                .flatten()
                .map(|(field, agreed, now)| format!("; {field}: agreed {agreed}, now {now}"));
            format!("now {}, {price}{}", deal.raw_status, differs.collect::<String>())
        }
        Fact::DealGone { says, .. } => format!("no longer as it was booked: {says}"),
        Fact::DealAcknowledged { .. } => "acknowledged".to_owned(),
    };
    text::clean(&words, 400)
}

fn limits_set(changed: &[Changed], why: Option<&str>) -> String {
    let words = changed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match (why, words.is_empty()) {
        (Some(why), _) => format!("limits raised: {words}; because {why}"),
        (None, false) => format!("limits lowered: {words}"),
        (None, true) => "the first limits hold".to_owned(),
    }
}

fn order_ended(ending: &OrderOutcome) -> String {
    match ending {
        OrderOutcome::Done { order_id, change_id: None, status } => {
            format!("the seller has order {order_id}: {status}")
        }
        OrderOutcome::Done { order_id, change_id: Some(change_id), status } => {
            format!("the seller has change {change_id} of order {order_id}: {status}")
        }
        OrderOutcome::Refused { error } => format!("the seller said no: {error}"),
        OrderOutcome::NotSent { error } => format!("nothing left this machine: {error}"),
        OrderOutcome::Unknown { why } => format!("nobody knows what became of it: {why}"),
    }
}

fn ended(ending: &BookingOutcome) -> String {
    match ending {
        BookingOutcome::Done { deal } => {
            format!("booked as agreed: {} is {}", deal.deal_id, deal.raw_status)
        }
        BookingOutcome::Disputed { deal, differences } => {
            let fields: Vec<_> = differences
                .iter()
                .map(|(field, agreed, booked)| format!("{field} {agreed} → {booked}"))
                .collect();
            format!("{} is not what was agreed: {}", deal.deal_id, fields.join(", "))
        }
        BookingOutcome::Refused { error } => format!("the seller said no: {error}"),
        BookingOutcome::Expired { error } => format!("the quote was over: {error}"),
        BookingOutcome::NotSent { error } => format!("nothing left this machine: {error}"),
        BookingOutcome::Closed { why } => format!("closed with a reason: {why}"),
    }
}

fn them(action: &Action, cpm: Option<Cpm>) -> String {
    let named = cpm.map_or_else(String::new, |cpm| format!(" {cpm}"));
    // A refusal names a price too, but it is no offer.
    let no_offer = if *action == Action::Reject && cpm.is_some() { " (no offer)" } else { "" };
    format!("{action}{named}{no_offer}")
}

fn price(cpm: Option<Cpm>, kind: DealType) -> String {
    parts::money::cpm(cpm, Some(kind))
}

fn amount(cpm: Option<Cpm>) -> String {
    cpm.map_or_else(|| "none".to_owned(), |cpm| cpm.to_string())
}

/// The path of a URL: the host is the seller's and stands beside it.
pub(crate) fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

fn last_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    text::clean(path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("/"), 40)
}

/// Whether a line is about one of these ids of a seller.
pub(crate) fn is_about(line: &Line, seller: &SellerName, ids: &[&str]) -> bool {
    match &line.what {
        What::Fact(entry) => {
            let fact = &entry.fact;
            let quote = fact.quote().is_some_and(|quote| {
                quote.seller == *seller && ids.contains(&quote.quote_id.as_str())
            });
            let deal = || {
                fact.deal().is_some_and(|deal| {
                    deal.seller == *seller && ids.contains(&deal.deal_id.as_str())
                })
            };
            quote || deal()
        }
        What::Exchange(exchange, _) => {
            exchange.seller == *seller
                && ids.iter().any(|id| {
                    exchange.url.ends_with(id)
                        || exchange.url.contains(&format!("/{id}/"))
                        || exchange.request.contains(&format!("\"{id}\""))
                })
        }
        What::Refused(_) => false,
    }
}

/// A step in words: `offer 20.00: opens at the target`.
pub(crate) fn step_words(step: &Step) -> String {
    match step {
        Step::Offer(cpm, why) => format!("offer {cpm}: {why}"),
        Step::Accept(cpm, why) => format!("ACCEPT {cpm}: {why}"),
        Step::Walk(why) => format!("walk: {why}"),
    }
}
