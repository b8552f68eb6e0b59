//! A seller that is nothing but recordings and the state of one story.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{
    http::{Reply, Request, Served, now},
    table::{Put, Row, SUBSTITUTED, VARIES, What, When},
};

/// A quote that was answered, and what became of it.
#[derive(Debug, Default)]
struct Kept {
    quote: Value,
    /// The moves made, as the dialect's answers have them.
    moves: Vec<Value>,
    /// The price agreed, where a deal will have it.
    agreed: Option<Value>,
    deal: Option<String>,
}

impl Kept {
    /// The recorded moves that were made here, numbered as they were made; `None` where one is not
    /// recorded.
    fn record(&self, body: &Value) -> Option<Value> {
        let mut recorded = body["rounds"].as_array()?.iter();
        let made = self.moves.iter().zip(1..).map(|(made, number)| {
            let made = made.get("round").unwrap_or(made);
            let told = |round: &&Value| {
                let prices = ["buyer_price", "seller_price"].into_iter();
                round["action"] == made["action"]
                    && prices
                        .map(|name| (amount(&round[name]), amount(&made[name])))
                        .all(|(one, other)| one.is_some() && one == other)
            };
            let mut round = recorded.find(told)?.clone();
            round["round_number"] = json!(number);
            Some(round)
        });
        made.collect::<Option<Vec<_>>>().map(Value::Array)
    }
}

/// A price in millionths, as a number of units or as Money.
fn amount(price: &Value) -> Option<i64> {
    let Some(units) = price.as_f64() else { return price["amount_micros"].as_i64() };
    format!("{:.0}", units * 1e6).parse().ok()
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Told {
    quotes: BTreeMap<String, Kept>,
    /// The deals, by id.
    pub(crate) deals: BTreeMap<String, Value>,
    /// Whether its quotes are over.
    pub(crate) over: bool,
    /// Whether it books next without a reply.
    pub(crate) loses: bool,
    /// Whether it books at the recorded price, whatever the quote's is.
    pub(crate) errs: bool,
    /// The recordings that answered, in order.
    pub(crate) used: Vec<&'static str>,
    /// What no recording answers, or not as it was asked, and why.
    pub(crate) missed: Vec<String>,
}

/// The seller on a port of its own.
pub(crate) struct Seller {
    served: Served,
    told: Arc<Mutex<Told>>,
}

/// The folder of a dialect's recordings, if it is there.
pub(crate) fn recordings(dialect: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DEALDESK_SHARED");
    if root.is_none() {
        eprintln!("skipped: DEALDESK_SHARED is not set");
    }
    Some(PathBuf::from(root?).join("wire/iab").join(dialect))
}

/// A recorded exchange.
pub(crate) fn recorded(folder: &std::path::Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(format!("{name}.json")));
    serde_json::from_str(&text.unwrap_or_else(|error| panic!("{name}: {error}"))).unwrap()
}

impl Seller {
    /// Replays the recordings of `folder` as `rows` say.
    pub(crate) fn replaying(folder: PathBuf, rows: &'static [Row]) -> Self {
        let told = Arc::new(Mutex::new(Told::default()));
        let kept = Arc::clone(&told);
        let served = Served::by(move |request| {
            let mut told = kept.lock().unwrap();
            let deals = told.deals.len();
            let reply = told.answer(&folder, rows, request).unwrap_or_else(|why| {
                told.missed.push(format!("{} {}: {why}", request.method, request.path));
                Reply { status: 501, body: json!({"detail": "nothing is recorded"}) }
            });
            let is_lost = told.deals.len() > deals && std::mem::take(&mut told.loses);
            (!is_lost).then_some(reply)
        });
        Self { served, told }
    }

    pub(crate) fn url(&self) -> String {
        self.served.url()
    }

    pub(crate) fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }
}

/// The id in a path, where the pattern has a star; `None` where they do not fit.
fn id_in(pattern: &str, path: &str) -> Option<String> {
    let Some((before, after)) = pattern.split_once('*') else {
        return (pattern == path).then(String::new);
    };
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    (!id.is_empty() && !id.contains('/')).then(|| id.to_owned())
}

/// The object that an answer is about: v2 puts it in an envelope.
fn inner(body: &Value) -> &Value {
    body.get("quote").or_else(|| body.get("deal")).unwrap_or(body)
}

fn inner_mut(body: &mut Value) -> &mut Value {
    let name = ["quote", "deal"].into_iter().find(|name| body.get(name).is_some());
    match name {
        Some(name) => &mut body[name],
        None => body,
    }
}

/// Whether two values say the same, however their numbers are written.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => one.as_f64() == other.as_f64(),
        (Value::Object(one), Value::Object(other)) => {
            let fits = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| same(value, other))
            };
            one.len() == other.len() && one.iter().all(fits)
        }
        _ => one == other,
    }
}

/// Why this request is not the recorded one: every field of that must be in it, with its value,
/// but for those that vary.
fn differs(recorded: &Value, request: &Request, row: &Row) -> Option<String> {
    // A quote, a deal and the record of a negotiation are read by anyone (wire/iab.md 1).
    let is_open =
        matches!(row.what, What::QuoteRead | What::QuoteBooked | What::DealRead | What::Record);
    let key = recorded["headers"]["x-api-key"].as_str();
    if !is_open && key.is_some() && key != request.key.as_deref() {
        return Some(format!("its key is {:?}", request.key));
    }
    let fields = recorded["body"].as_object()?;
    let varies = |name: &str| {
        VARIES.contains(&name)
            || (row.what == What::Accepted && name == "buyer_price")
            || (row.what == What::Fixed && matches!(name, "product_id" | "volume"))
    };
    let off = fields
        .iter()
        .filter(|(name, _)| !varies(name))
        .find(|(name, value)| !request.body.get(name).is_some_and(|sent| same(value, sent)));
    if let Some((name, value)) = off {
        return Some(format!("{name} is not {value}: {}", request.body));
    }
    // What a seller of v2 insists on.
    (fields.contains_key("idempotency_key") && !request.body["idempotency_key"].is_string())
        .then(|| "it has no idempotency_key".to_owned())
}

impl Told {
    fn answer(
        &mut self,
        folder: &std::path::Path,
        rows: &'static [Row],
        request: &Request,
    ) -> Result<Reply, String> {
        let found = rows.iter().filter(|row| row.method == request.method).find_map(|row| {
            let id = id_in(row.path, &request.path)?;
            let id = request.body["quote_id"].as_str().map_or(id, str::to_owned);
            self.is_now(row, &id, request).then_some((row, id))
        });
        let (row, id) = found.ok_or("no row has it")?;
        let exchange = recorded(folder, row.recording);
        if let Some(why) = differs(&exchange["request"], request, row) {
            return Err(why);
        }
        let status =
            exchange["response"]["status"].as_u64().and_then(|status| status.try_into().ok());
        let mut body = exchange["response"]["body"].clone();
        self.used.push(row.recording);
        if !matches!(row.what, What::Fixed | What::Quoted | What::DealRead)
            && !self.quotes.contains_key(&id)
        {
            return Err(format!("no quote {id:?} was answered"));
        }
        if matches!(row.what, What::Move | What::Accepted) {
            let kept = self.quotes.get_mut(&id).unwrap();
            kept.moves.push(Value::Null);
        }
        for (_, place, put) in SUBSTITUTED.iter().filter(|(what, ..)| *what == row.what) {
            let put = self.put(*put, &id, &body, request);
            if let (Some(put), Some(value)) = (put, inner_mut(&mut body).pointer_mut(place)) {
                *value = put;
            }
        }
        self.take_in(row.what, &id, &body)?;
        Ok(Reply { status: status.ok_or("it has no status")?, body })
    }

    fn is_now(&self, row: &Row, id: &str, request: &Request) -> bool {
        let kept = self.quotes.get(id);
        match row.when {
            When::Always => true,
            When::Over => self.over,
            When::Target(target) => request.body.get("target_cpm").is_some() == target,
            When::Move(number) => kept.is_some_and(|kept| kept.moves.len() + 1 == number),
            When::Booked(booked) => kept.is_some_and(|kept| kept.deal.is_some() == booked),
        }
    }

    /// What goes into an answer in place of what was recorded.
    fn put(&self, put: Put, id: &str, body: &Value, request: &Request) -> Option<Value> {
        let kept = self.quotes.get(id);
        let time = |days: i64| {
            let time = now() + jiff::SignedDuration::from_hours(24 * days);
            Some(json!(time.to_string()))
        };
        match put {
            Put::Asked(place) => request.body.pointer(place).cloned(),
            Put::Quote(place) => kept?.quote.pointer(place).cloned(),
            Put::Deal(place) => {
                let id = kept.and_then(|kept| kept.deal.as_deref()).unwrap_or(id);
                self.deals.get(id)?.pointer(place).cloned()
            }
            Put::Price if self.errs => None,
            Put::Price => {
                let kept = kept?;
                kept.agreed.clone().or_else(|| kept.quote.pointer("/pricing/final_cpm").cloned())
            }
            Put::Now => time(0),
            Put::In(days) => time(days),
            Put::Count => Some(json!(kept?.moves.len())),
            Put::Moves => kept?.record(body),
        }
    }

    /// What an answer changes.
    fn take_in(&mut self, what: What, id: &str, body: &Value) -> Result<(), String> {
        let object = inner(body).clone();
        match what {
            What::Quoted => {
                let id = object["quote_id"].as_str().ok_or("a quote without an id")?.to_owned();
                if self.quotes.contains_key(&id) {
                    return Err(format!("the quote {id} was answered before"));
                }
                self.quotes.insert(id, Kept { quote: object, ..Kept::default() });
            }
            What::Move | What::Accepted => {
                let kept = self.quotes.get_mut(id).ok_or("a move about nothing")?;
                if what == What::Accepted {
                    // Only a v2 seller remembers it when the quote is booked.
                    kept.agreed = object.pointer("/round/seller_price").cloned();
                }
                *kept.moves.last_mut().ok_or("no move")? = object;
            }
            What::Booked => {
                let kept = self.quotes.get_mut(id).ok_or("a deal of nothing")?;
                let deal = object["deal_id"].as_str().ok_or("a deal without an id")?.to_owned();
                kept.deal = Some(deal.clone());
                self.deals.insert(deal, object);
            }
            What::DealRead if !self.deals.contains_key(id) => return Err("no such deal".to_owned()),
            What::Fixed | What::QuoteRead | What::QuoteBooked | What::Record | What::DealRead => {}
        }
        Ok(())
    }
}
