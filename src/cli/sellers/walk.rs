//! Getting to know a seller: is it there, who is it, what does it speak, does it take our key, what
//! does it serve. Harmless reads only; nothing is bought and no quote is asked for.

use std::sync::Arc;

use super::super::{check::finding, exit::Exit};
use crate::{
    domain::{
        Answer, Ask, ErrorKind, Identity, Package, SellerError, Skew, Spoke, Tier, ask::Card,
        skew::TheirClock,
    },
    json::{check::Finding, seller::Known},
    runtime::{
        config::{Environment, Seller},
        open,
    },
    sellers::{
        self,
        http::{is_loopback, shown_url},
    },
};

/// A clock that is further off than this eats into deadlines.
const SKEW_MS: i64 = 2_000;

/// An answer that takes longer than this is slow against a quote's clock, in milliseconds.
const SLOW_MS: u64 = 3_000;

/// A walk under way.
struct Walk {
    adapter: Arc<dyn sellers::Seller>,
    known: Known,
    took: Vec<u64>,
    spoke: Option<Spoke>,
    clock: TheirClock,
}

/// Walks `seller` through every check. `identity` is what it may be told at most, before its `reveal`.
pub(crate) async fn walk(seller: &Seller, identity: &Identity, environment: &Environment) -> Known {
    let resolved = seller.resolve(environment);
    let mut known = Known::unasked(seller);
    known.checks.push(way(seller));
    let auth = resolved.info.auth.clone();
    let adapter = match open::seller(resolved) {
        Ok(adapter) => adapter,
        Err(error) => {
            known.fail("key", error.to_string(), &error);
            return known;
        }
    };
    let mut walk =
        Walk { adapter, known, took: Vec::new(), spoke: None, clock: TheirClock::default() };
    if walk.there().await {
        walk.catalogue().await;
        let taken = match &seller.secret {
            None => {
                let fix = "ask the seller for a key, then set api_key_env, _file or _command";
                walk.known.add("key", "warn", "none: it shows us what it shows everybody", fix);
                false
            }
            Some(_) => walk.key(&auth).await,
        };
        walk.kit().await;
        walk.dialect(seller);
        let told = identity.revealed(seller.reveal);
        if let Some(url) = &told.agent_url {
            walk.agent(url);
        }
        if taken {
            walk.tier(told.tier());
        }
        walk.time();
    }
    walk.known
}

/// What `seller` says of itself to anybody. No key is needed, and none is sent.
pub(crate) async fn card(seller: &Seller, environment: &Environment) -> Result<Card, SellerError> {
    let open = Seller { secret: None, ..seller.clone() };
    let heard = open::seller(open.resolve(environment))?.ask(Ask::Probe).await;
    let Answer::Alive(card) = heard.result? else { return Ok(Card::default()) };
    Ok(card)
}

impl Known {
    /// Nothing is known of `seller` yet.
    pub(crate) fn unasked(seller: &Seller) -> Self {
        Self {
            seller: seller.name.0.clone(),
            url: shown_url(&seller.url).trim_end_matches('/').to_owned(),
            dialect: None,
            found_by: None,
            tier: None,
            skew: None,
            latency_ms: None,
            checks: Vec::new(),
            exit: Exit::Done,
        }
    }

    fn add(&mut self, name: &str, status: &'static str, detail: impl Into<String>, fix: &str) {
        self.checks.push(finding(name, status, detail, fix));
    }

    fn fail(&mut self, name: &str, detail: impl Into<String>, error: &SellerError) {
        self.add(name, "fail", detail, &error.cure);
        if self.exit == Exit::Done {
            self.exit = Exit::of_error(error);
        }
    }
}

/// How it is reached.
fn way(seller: &Seller) -> Finding {
    match seller.url.scheme() {
        "https" => finding("connection", "ok", "https: encrypted, its certificate is checked", ""),
        _ if is_loopback(&seller.url) => {
            finding("connection", "ok", "plain http, on this machine", "")
        }
        _ => {
            let fix = "use https as soon as the seller has it";
            finding("connection", "warn", "plain http: the key travels unencrypted", fix)
        }
    }
}

impl Walk {
    async fn ask(&mut self, ask: Ask) -> Result<(Answer, String), SellerError> {
        let heard = self.adapter.ask(ask).await;
        if let Some(spoke) = heard.spoke {
            self.spoke = Some(spoke);
        }
        let mut asked = String::new();
        if let Some(exchange) = heard.exchange {
            asked = format!("{} {}", exchange.method, exchange.url);
            if exchange.status > 0 {
                self.took.push(exchange.took_ms);
            }
            if let Some(newer) = exchange.skew {
                self.clock.hears(newer, exchange.sent_at);
                self.known.skew = self.clock.skew();
            }
        }
        heard.result.map(|answer| (answer, asked))
    }

    /// Its card, or whether it is healthy. Returns whether it is worth asking more.
    async fn there(&mut self) -> bool {
        match self.ask(Ask::Probe).await {
            Ok((Answer::Alive(card), asked)) if asked.ends_with("/agent.json") => {
                let version = if card.version.is_empty() { "" } else { ", says version " };
                let detail = format!("{}{version}{} (agent card)", card.name, card.version);
                self.known.add("card", "ok", detail, "");
                true
            }
            Ok((_, asked)) => {
                self.known.add("card", "ok", format!("no agent card; {asked} answers"), "");
                true
            }
            Err(error) => {
                self.known.fail("card", error.to_string(), &error);
                let silent = matches!(error.kind, ErrorKind::Refused | ErrorKind::Nonsense);
                // One that answers at all may still sell.
                silent && error.http_status > 0
            }
        }
    }

    async fn catalogue(&mut self) {
        match self.ask(Ask::Products).await {
            Ok((Answer::Products(products), _)) if products.is_empty() => {
                let fix = "ask the seller's people: without products there is nothing to quote";
                self.known.add("products", "warn", "none", fix);
            }
            Ok((Answer::Products(products), _)) => {
                self.known.add("products", "ok", products.len().to_string(), "");
            }
            Ok(_) => {}
            Err(error) => self.known.fail("products", error.to_string(), &error),
        }
    }

    /// Whether it takes our key.
    async fn key(&mut self, auth: &str) -> bool {
        match self.ask(Ask::CheckKey).await {
            Ok((Answer::Key(check), _)) => {
                self.known.add("key", "ok", format!("{auth} is accepted: {}", check.says), "");
                self.known.tier = check.tier.map(|tier| tier.to_string());
                true
            }
            Ok(_) => false,
            Err(error) if error.kind == ErrorKind::Unsupported => {
                self.known.add("key", "warn", error.to_string(), &error.cure);
                false
            }
            Err(error) => {
                self.known.fail("key", format!("{auth}: {error}"), &error);
                false
            }
        }
    }

    async fn kit(&mut self) {
        match self.ask(Ask::Packages).await {
            Ok((Answer::Packages(packages), _)) => {
                let exact = |package: &&Package| package.exact_price.is_some();
                let ours = packages.iter().filter(exact).count();
                let prices = match (packages.len(), ours) {
                    (0, _) => "no packages".to_owned(),
                    (all, 0) => format!("{all} packages, with public price ranges"),
                    (all, ours) if all == ours => format!("{all} packages, with prices for us"),
                    (all, ours) => format!("{all} packages, {ours} of them with prices for us"),
                };
                self.known.add("kit", "ok", prices, "");
            }
            Ok(_) => {}
            Err(error) => self.known.fail("kit", error.to_string(), &error),
        }
    }

    fn dialect(&mut self, seller: &Seller) {
        let Some(spoke) = &self.spoke else {
            let detail = format!("not found out; it is set to {}", seller.dialect);
            let fix = "look again when the seller answers; or set `dialect` yourself";
            return self.known.add("dialect", "warn", detail, fix);
        };
        let detail = format!("{} {}, by {}", seller.protocol, spoke.dialect, spoke.found_by);
        let serves = sellers::serves(&seller.protocol, &spoke.dialect);
        let agreed = if spoke.honours_agreement {
            "books at the agreed price"
        } else {
            "an agreed price needs a new quote"
        };
        self.known.dialect = Some(spoke.dialect.clone());
        self.known.found_by = Some(spoke.found_by.clone());
        self.known.add("dialect", "ok", detail, "");
        if !serves.is_empty() {
            let detail = format!("{}, {agreed}: by its dialect", serves.join(", "));
            self.known.add("serves", "ok", detail, "");
        }
    }

    /// Where our agent is, which is told with every request for a quote.
    fn agent(&mut self, url: &str) {
        let url = crate::domain::text::clean(url, 80);
        if self.known.dialect.as_deref() == Some("v1") {
            self.known.add("agent_url", "ok", format!("told: {url}; v1 does not look at it"), "");
            return;
        }
        let says = format!(
            "told: {url}; if it does not know it, it gives the public tier, whatever the key"
        );
        let fix = "leave agent_url out unless this seller has registered your agent";
        self.known.add("agent_url", "warn", says, fix);
    }

    /// The tier it gives us against the one that what we reveal should earn.
    fn tier(&mut self, earned: Tier) {
        let given = self.known.tier.as_deref().and_then(|tier| tier.parse::<Tier>().ok());
        let Some(given) = given else {
            let fix = "the first quote shows it (`buyer_tier`)";
            return self.known.add("tier", "warn", "it does not say which tier our key has", fix);
        };
        let pct = |tier: Tier| tier.discount_pct().normalize();
        if given >= earned {
            let detail = format!("{given}: {} % off at the reference seller", pct(given));
            return self.known.add("tier", "ok", detail, "");
        }
        let detail = format!(
            "{given} ({} %); what we reveal would earn {earned} ({} %)",
            pct(given),
            pct(earned)
        );
        let fix = format!("ask the seller to put your {earned} on this key, or reveal less");
        self.known.add("tier", "warn", detail, &fix);
    }

    fn time(&mut self) {
        self.known.checks.extend(self.known.skew.map(|skew| clock("clock", skew)));
        self.took.sort_unstable();
        self.known.latency_ms = self.took.get(self.took.len() / 2).copied();
        if let Some(ms) = self.known.latency_ms {
            let (status, fix) = if ms > SLOW_MS {
                ("warn", "book early: its answers take long against a quote's clock")
            } else {
                ("ok", "")
            };
            let detail = format!("{ms} ms, the middle of {} answers", self.took.len());
            self.known.add("latency", status, detail, fix);
        }
    }
}

/// How far its clock is off: an interval, since its `Date` header has whole seconds and travels.
fn clock(name: &str, skew: Skew) -> Finding {
    let detail = format!("{:+} to {:+} ms against ours, by its Date", skew.low_ms, skew.high_ms);
    if skew.is_off_by(SKEW_MS) {
        finding(name, "warn", detail, "set this machine's clock by NTP, or tell the seller")
    } else {
        finding(name, "ok", detail, "")
    }
}
