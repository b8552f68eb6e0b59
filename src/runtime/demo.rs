//! The demo: the desk with its own sellers, served over HTTP on loopback. No network, no keys, no
//! configuration; one clock drives the desk, the sellers and their time-outs, and its pace can be changed.

use std::{collections::BTreeMap, io, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::runtime::Handle;
use url::Url;

use super::{Adapter, PacedClock, Session, SystemClock, load::Load, show::Player};
use crate::{
    clock::Clock,
    desk::{Command, Desk, Mode, SellerInfo, Setup},
    domain::{ErrorKind, Identity, Limits, SellerError, SellerName, Tier, strategy::Presets},
    sellers::{Auth, Endpoint, ReqwestTransport, Transport, connect},
    sim::{
        Engine, Seller, http,
        iab::{Iab, Options, spec},
    },
};

/// How long a strategy waits before each of its moves, so that people can follow it.
const AUTO_PAUSE: SignedDuration = SignedDuration::from_millis(1_500);

/// How a demo is run.
#[derive(Debug, Clone)]
pub struct Demo {
    /// What decides ids, prices, delays and every chance.
    pub seed: u64,
    /// How fast its clock runs, in hundredths of the wall's speed.
    pub speed: u32,
    /// Load for measuring, instead of sellers' own.
    pub load: Option<Load>,
    /// No ticket opens.
    pub read_only: bool,
    /// Who sits at it.
    pub person: String,
}

/// What each demo seller is told of us, at most. The auctioneer is told nothing: its kit shows what
/// a public buyer sees.
fn reveal(name: &str) -> Tier {
    if name == "pinewave" { Tier::Public } else { Tier::Agency }
}

/// Who buys in the demo; its sellers know it by its keys.
fn identity() -> Identity {
    Identity {
        seat_id: Some("seat-4417".to_owned()),
        agency_id: Some("agency-northbank".to_owned()),
        advertiser_id: Some("adv-2207".to_owned()),
        dsp_platform: None,
        agent_url: None,
    }
}

fn limits() -> Limits {
    let cpm = [("default", 45), ("ctv", 42), ("audio", 20)];
    Limits {
        exposure: Some(250_000.into()),
        day: Some(100_000.into()),
        deal: Some(30_000.into()),
        cpm: cpm.into_iter().map(|(key, cpm)| (key.to_owned(), cpm.into())).collect(),
        ..Limits::default()
    }
}

/// A desk with its sellers started on `workers`, and no store yet.
///
/// # Errors
/// Where loopback cannot be listened on.
pub fn start(demo: &Demo, workers: Handle) -> io::Result<Session> {
    shown(demo, workers).map(|(session, _)| session)
}

/// The same, with whoever shows it.
///
/// # Errors
/// Where loopback cannot be listened on.
pub fn shown(demo: &Demo, workers: Handle) -> io::Result<(Session, Player)> {
    let began = SystemClock.now();
    let paced = PacedClock::new(began, demo.speed);
    let clock: Arc<dyn Clock> = Arc::new(paced.clone());
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
    let opened = http::Open::all(engines(demo, began))?;
    let places = opened.iter().map(|open| (&open.seller, format!("http://{}", open.address)));
    let owner = uuid::Uuid::now_v7().to_string();
    let (desk, sellers) = desk(demo, places, owner, (&transport, &clock));
    let mut session = Session::new(desk, sellers, Arc::clone(&clock), workers);
    let engines = opened.iter().map(|open| open.seller.clone()).collect();
    let player = Player::new(format!("seed {}", demo.seed), paced, engines);
    for open in opened {
        let clock = Arc::clone(&clock);
        session.jobs().start(async move {
            // A seller that cannot listen is a seller that is down: the desk shows it as such.
            let _ = open.serve(clock).await;
        });
    }
    if let Some(load) = demo.load {
        session.only_watches();
        load.start(&mut session, began);
    }
    Ok((session, player))
}

/// The demo's sellers, who open at `began`.
pub(super) fn engines(demo: &Demo, began: Timestamp) -> impl Iterator<Item = Engine<Iab>> + use<> {
    let options = Options { seed: demo.seed, ..Options::default() };
    let buyer = identity();
    spec::demo().into_iter().map(move |spec| Engine::new(spec, options, began).known_to(&buyer))
}

/// The demo's desk and its ways to the sellers, each at its URL. `owner` names this process.
pub(super) fn desk<'a>(
    demo: &Demo,
    places: impl Iterator<Item = (&'a Seller<Iab>, String)>,
    owner: String,
    through: (&Arc<dyn Transport>, &Arc<dyn Clock>),
) -> (Desk, BTreeMap<SellerName, Adapter>) {
    let mut sellers = BTreeMap::new();
    let mut infos = Vec::new();
    for (open, url) in places {
        let engine = open.engine();
        let name = &engine.spec().name;
        let key = engine.key(reveal(name)).map(SecretString::from);
        let (info, adapter) = seller(name, &url, key, through);
        sellers.insert(info.name.clone(), adapter);
        infos.push(info);
    }
    let setup = Setup {
        mode: Mode::Demo,
        read_only: demo.read_only,
        identity: identity(),
        limits: limits(),
        presets: Presets::default(),
        sellers: infos,
        person: demo.person.clone(),
        owner,
        is_host: false,
        auto_pause: AUTO_PAUSE,
        polls: crate::desk::polls::Pace::default(),
        private_clients: Vec::new(),
    };
    (Desk::new(setup), sellers)
}

/// Asks every seller for its kit, and whether it is there.
pub(super) fn greet(session: &mut Session) {
    for seller in session.state().sellers.keys().cloned().collect::<Vec<_>>() {
        session.command(Command::RefreshKit(seller.clone()));
        session.command(Command::Probe(seller));
    }
}

fn seller(
    name: &str,
    url: &str,
    key: Option<SecretString>,
    (transport, clock): (&Arc<dyn Transport>, &Arc<dyn Clock>),
) -> (SellerInfo, Adapter) {
    let info = SellerInfo {
        name: name.into(),
        url: format!("{url}/"),
        protocol: "iab".to_owned(),
        dialect: "auto".to_owned(),
        reveal: reveal(name),
        auth: key.as_ref().map_or("none", |_| "key ••••").to_owned(),
        honours_agreement: false,
    };
    let adapter = url.parse::<Url>().map_err(|error| {
        let says = format!("{url} is no address: {error}");
        SellerError::transport(ErrorKind::Configuration, "bad_url", says, "report it")
    });
    let adapter = adapter.and_then(|url| {
        let mut endpoint = Endpoint::new(name, url);
        endpoint.auth = Auth { api_key: key, ..Auth::default() };
        connect(endpoint, Arc::clone(transport), Arc::clone(clock))
    });
    (info, adapter.map(Arc::from))
}
