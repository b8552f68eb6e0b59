//! A thousand quotes asked of a hundred sellers at once: how long until the last answer, against the
//! slowest seller's own answer time; how long a key waits meanwhile; what is kept of it in memory.
//! Measured over sockets, with a store, as the program works; the sellers are another process, so that
//! the memory is the desk's alone. `cargo bench --bench rfq` reports.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command as Process, Stdio},
    sync::Arc,
    time::Duration,
};

use color_eyre::eyre::{Result, ensure, eyre};
use dealdesk::{
    clock::Clock,
    desk::{Command, Desk, SellerInfo, Setup, State},
    domain::{DealType, Identity, ProductId, QuoteAsk, SellerName, Tier},
    runtime::{Adapter, Jobs, Session, SystemClock, jobs},
    sellers::{Auth, Endpoint, ReqwestTransport, Transport, connect},
    sim::{
        Engine,
        http::Open,
        iab::{Options, by_name, spec::crowd},
    },
    store::Location,
};
use jiff::SignedDuration;

const SELLERS: usize = 100;

/// Quotes asked of each seller in one go.
const EACH: u64 = 10;

/// How often the whole is done again, so that what stays in memory shows.
const ROUNDS: u64 = 8;

/// What the other process is started with.
const SERVE: &str = "--serve-sellers";

/// How long the slowest seller takes to answer, in milliseconds.
const SLOWEST_MS: u64 = 2_000;

/// A key is pressed so often while answers stream in.
const KEY_EVERY: SignedDuration = SignedDuration::from_millis(20);

/// Sellers take from 50 ms on; the last one takes longest.
fn latency(place: usize) -> [u64; 2] {
    let place = u64::try_from(place).unwrap_or(0);
    let last = u64::try_from(SELLERS).unwrap_or(1) - 1;
    let ms = 50 + (SLOWEST_MS - 50) * place / last;
    [ms, ms]
}

/// The sellers, in a process of their own that ends with this one.
struct Sellers {
    child: Child,
    /// Name, address, key.
    known: Vec<(String, String, String)>,
}

impl Drop for Sellers {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sellers {
    fn start() -> Result<Self> {
        let mut child =
            Process::new(std::env::current_exe()?).arg(SERVE).stdout(Stdio::piped()).spawn()?;
        let told = child.stdout.take().ok_or_else(|| eyre!("the sellers say nothing"))?;
        let mut sellers = Self { child, known: Vec::new() };
        for line in BufReader::new(told).lines().take(SELLERS) {
            let line = line?;
            let mut words = line.split(' ').map(str::to_owned);
            let known = (words.next(), words.next(), words.next());
            let (Some(name), Some(address), Some(key)) = known else {
                return Err(eyre!("the sellers say {line:?}"));
            };
            sellers.known.push((name, address, key));
        }
        ensure!(sellers.known.len() == SELLERS, "only {} sellers came", sellers.known.len());
        Ok(sellers)
    }
}

/// The other process: serves until it is ended.
#[expect(clippy::print_stdout, reason = "the bench reads it there")]
fn serve() -> Result<()> {
    let workers = jobs::workers()?;
    let mut jobs = Jobs::on(workers.handle().clone());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut base = by_name("northlight").ok_or_else(|| eyre!("no such seller"))?;
    let temper = &mut base.behaviour;
    (temper.unavailable, temper.lost_reply, temper.declines) = (0.0, 0.0, 0.0);
    let options = Options { seed: 7, ..Options::default() };
    let specs = crowd(&base, SELLERS, latency);
    let engines = specs.into_iter().map(|spec| Engine::new(spec, options, clock.now()));
    for open in Open::all(engines)? {
        let (name, key) = {
            let engine = open.seller.engine();
            (engine.spec().name.clone(), engine.key(Tier::Agency))
        };
        println!("{name} {} {}", open.address, key.unwrap_or_default());
        let clock = Arc::clone(&clock);
        jobs.start(async move {
            let _ = open.serve(clock).await;
        });
    }
    jobs::front()?.block_on(std::future::pending::<()>());
    Ok(())
}

struct Market {
    session: Session,
    products: BTreeMap<SellerName, ProductId>,
    identity: Identity,
    _sellers: Sellers,
    _folder: tempfile::TempDir,
}

async fn market(workers: tokio::runtime::Handle) -> Result<Market> {
    let sellers = Sellers::start()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
    let (mut adapters, mut infos) = (BTreeMap::<SellerName, Adapter>::new(), Vec::new());
    for (name, address, key) in &sellers.known {
        let name = SellerName::from(name.as_str());
        let url: url::Url = format!("http://{address}").parse()?;
        infos.push(SellerInfo {
            name: name.clone(),
            url: url.to_string(),
            protocol: "iab".to_owned(),
            dialect: "auto".to_owned(),
            reveal: Tier::Agency,
            auth: "key".to_owned(),
            honours_agreement: false,
        });
        let mut endpoint = Endpoint::new(name.clone(), url);
        endpoint.auth = Auth { api_key: Some(key.as_str().into()), ..Auth::default() };
        let adapter = connect(endpoint, Arc::clone(&transport), Arc::clone(&clock));
        adapters.insert(name, adapter.map(Arc::from));
    }
    let identity = Identity { agency_id: Some("agency-1".to_owned()), ..Identity::default() };
    let setup = Setup {
        identity: identity.clone(),
        sellers: infos,
        person: "bench".to_owned(),
        owner: uuid::Uuid::now_v7().to_string(),
        ..Setup::default()
    };
    let mut session = Session::new(Desk::new(setup), adapters, Arc::clone(&clock), workers);
    let folder = tempfile::tempdir()?;
    session.attach(Location::File(folder.path().join("rfq.db"))).await?;
    let names: Vec<_> = session.state().sellers.keys().cloned().collect();
    for name in names {
        session.command(Command::RefreshKit(name));
    }
    let all = |state: &State| state.sellers.values().all(|seller| seller.products.is_some());
    ensure!(session.until(Duration::from_mins(1), all).await, "not every kit came");
    let first = |seller: &dealdesk::desk::SellerState| {
        let product = seller.products.as_ref()?.first()?;
        Some((seller.info.name.clone(), product.product_id.clone()))
    };
    let products = session.state().sellers.values().filter_map(first).collect();
    Ok(Market { session, products, identity, _sellers: sellers, _folder: folder })
}

struct Round {
    wall: SignedDuration,
    /// How long keys waited, sorted.
    keys: Vec<SignedDuration>,
}

/// Asks for everything at once, and presses a key every so often until the last answer is there.
async fn round(market: &mut Market, number: u64) -> Result<Round> {
    let session = &mut market.session;
    let known = session.state().quotes.len();
    let today = session.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut wanted = known;
    let began = session.now();
    for place in 0..EACH {
        for (seller, product) in &market.products {
            let ask = QuoteAsk {
                product_id: product.clone(),
                product_name: None,
                deal_type: DealType::Guaranteed,
                // No two questions are alike.
                impressions: Some(100_000 + 1_000 * (number * EACH + place)),
                flight_start: today.tomorrow()?,
                flight_end: today.tomorrow()?.saturating_add(jiff::Span::new().days(30)),
                target_cpm: None,
                identity: market.identity.clone(),
                currency: None,
            };
            let seller = seller.clone();
            let refused = session.command(Command::RequestQuote { seller, ask, rfq: None });
            ensure!(refused.is_empty(), "{refused:?}");
            wanted += 1;
        }
    }
    let mut keys = vec![session.now().duration_since(began)];
    let mut key_at = session.now();
    loop {
        // A key that came late does not make the next ones late.
        key_at = key_at.max(session.now().saturating_sub(KEY_EVERY)?).saturating_add(KEY_EVERY)?;
        let left = key_at.duration_since(session.now());
        let all = |state: &State| state.quotes.len() >= wanted;
        if session.until(left.try_into().unwrap_or_default(), all).await {
            break;
        }
        // What a key asks of the desk is done when the command is: the rest goes on behind.
        let quote = session.state().quotes.keys().next_back().cloned();
        if let Some(quote) = quote {
            session.command(Command::OpenTicket {
                quote,
                max_cpm: None,
                planned_spend: None,
                notes: None,
            });
            session.command(Command::CloseTicket);
        }
        keys.push(session.now().duration_since(key_at));
        ensure!(session.now().duration_since(began) < SignedDuration::from_mins(1), "too long");
    }
    keys.sort_unstable();
    Ok(Round { wall: session.now().duration_since(began), keys })
}

/// Memory that is in use, in kB, as the system counts it; where it does not, nothing.
fn memory_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "a bench reports there")]
fn main() -> Result<()> {
    if std::env::args().any(|arg| arg == SERVE) {
        return serve();
    }
    let workers = jobs::workers()?;
    let handle = workers.handle().clone();
    jobs::front()?.block_on(async {
        let mut market = market(handle).await?;
        println!(
            "{SELLERS} sellers, {EACH} quotes each at once; the slowest takes {SLOWEST_MS} ms"
        );
        for number in 0..ROUNDS {
            let before = memory_kb();
            let Round { wall, keys } = round(&mut market, number).await?;
            let ratio = wall.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(SLOWEST_MS)?);
            let p99 = keys.get(keys.len() * 99 / 100).copied().unwrap_or_default();
            let worst = keys.last().copied().unwrap_or_default();
            let grown = before.zip(memory_kb()).map(|(before, now)| now.saturating_sub(before));
            println!(
                "round {}: {wall:#} ({ratio:.2} x the slowest), {} keys: p99 {p99:#}, worst {worst:#}; \
                 memory {} kB, grown {} kB: {:.1} kB a quote",
                number + 1,
                keys.len(),
                memory_kb().unwrap_or(0),
                grown.unwrap_or(0),
                f64::from(u32::try_from(grown.unwrap_or(0))?)
                    / f64::from(u32::try_from(SELLERS)?)
                    / f64::from(u32::try_from(EACH)?),
            );
        }
        Ok(())
    })
}
