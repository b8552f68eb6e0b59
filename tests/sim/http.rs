//! One seller on a real port, with a clock that stands still: what is said here is what travels.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use dealdesk::{
    clock::Clock,
    domain::Tier,
    sim::{
        Engine, Fault, InjectedFault, Requests, Seller, Service,
        http::Open,
        iab::{Iab, Options, by_name, requests, spec::crowd},
        serve,
    },
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::support::{spoken, start, text};

/// A clock that stands still; its sleeps are over at once.
#[derive(Debug)]
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        start()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A clock on which nobody ever wakes.
#[derive(Debug)]
struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        start()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

pub(crate) struct Client {
    base: String,
    key: String,
    http: reqwest::Client,
}

impl Client {
    fn new(address: SocketAddr, key: String) -> Self {
        // Somebody else may have been first; all want the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .tls_certs_only(std::iter::empty())
            .no_proxy()
            .build()
            .unwrap();
        Self { base: format!("http://{address}"), key, http }
    }

    /// Another client of the same seller: it has no connection yet.
    fn again(&self) -> Self {
        let address = self.base.trim_start_matches("http://").parse().unwrap();
        Self::new(address, self.key.clone())
    }

    pub(crate) async fn get(&self, target: &str) -> Result<reqwest::Response, reqwest::Error> {
        self.http.get(format!("{}{target}", self.base)).header("x-api-key", &self.key).send().await
    }

    pub(crate) async fn post(
        &self,
        target: &str,
        body: &Value,
    ) -> Result<reqwest::Response, reqwest::Error> {
        self.http
            .post(format!("{}{target}", self.base))
            .header("x-api-key", &self.key)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
    }
}

async fn json_of(response: reqwest::Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Runs a script against a seller that is served for as long as it takes.
fn with_seller<F>(name: &str, clock: Arc<dyn Clock>, script: impl FnOnce(Client, Seller<Iab>) -> F)
where
    F: Future<Output = ()>,
{
    let mut spec = spoken(name);
    spec.behaviour.unavailable = 0.0;
    let engine = Engine::new(spec, Options { seed: 7, quote_ttl: None }, start());
    let key = engine.key(Tier::Agency).unwrap();
    with_service(engine, key, clock, script);
}

/// Runs a script against any service that is served for as long as it takes.
pub(crate) fn with_service<S: Service + 'static, F>(
    engine: Engine<S>,
    key: String,
    clock: Arc<dyn Clock>,
    script: impl FnOnce(Client, Seller<S>) -> F,
) where
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let seller = Seller::from(engine);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(listener.local_addr().unwrap(), key);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = serve(listener, seller.clone(), clock, async {
            let _ = stopped.await;
        });
        let script = async {
            script(client, seller).await;
            stop.send(()).unwrap();
        };
        let (served, ()) = tokio::join!(served, script);
        served.unwrap();
    });
}

#[test]
fn a_deal_is_done_over_the_wire() {
    with_seller("northlight", Arc::new(Still), |client, _| async move {
        let kit = json_of(client.get("/media-kit").await.unwrap()).await;
        assert_eq!(text(&kit["seller_name"]), "Northlight Media");
        let ask = json!({"product_id": "prod-nl-drama", "deal_type": "PG", "impressions": 100_000});
        let response = client.post("/api/v1/quotes", &ask).await.unwrap();
        assert_eq!(response.headers()["date"], "Mon, 01 Jun 2026 12:00:00 GMT");
        assert_eq!(response.headers()["content-type"], "application/json");
        let quote = json_of(response).await;
        assert_eq!(quote["buyer_tier"], "agency");
        let order = json!({"quote_id": quote["quote_id"]});
        let deal = json_of(client.post("/api/v1/deals", &order).await.unwrap()).await;
        let target = format!("/api/v1/deals/{}", text(&deal["deal_id"]));
        let read = json_of(client.get(&target).await.unwrap()).await;
        assert_eq!(read, deal);
        let moved = client.http.head(format!("{}/products", client.base)).send().await.unwrap();
        assert_eq!(
            (moved.status().as_u16(), &moved.headers()["allow"]),
            (405, &"GET".parse().unwrap())
        );
    });
}

#[test]
fn a_lost_reply_is_no_reply_but_the_deal_is_there() {
    with_seller("northlight", Arc::new(Still), |client, seller| async move {
        let ask = json!({"product_id": "prod-nl-drama", "deal_type": "PG", "impressions": 100_000});
        let quote = json_of(client.post("/api/v1/quotes", &ask).await.unwrap()).await;
        let order = json!({"quote_id": quote["quote_id"]});
        seller.arm(InjectedFault::next(Fault::Drop, requests::BOOKINGS), start());
        let error = client.post("/api/v1/deals", &order).await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        let target = format!("/api/v1/quotes/{}", text(&quote["quote_id"]));
        let read = json_of(client.get(&target).await.unwrap()).await;
        assert_eq!(read["status"], "booked", "the seller acted before it hung up");
        assert!(read["deal_id"].is_string());
    });
}

#[test]
fn half_a_body_has_a_head() {
    with_seller("northlight", Arc::new(Still), |client, seller| async move {
        let whole = client.get("/products").await.unwrap().bytes().await.unwrap().len();
        seller.arm(InjectedFault::next(Fault::HalfBody, Requests::All), start());
        let mut response = client.get("/products").await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.content_length(), Some(whole as u64));
        let mut read = 0;
        let error = loop {
            match response.chunk().await {
                Ok(Some(bytes)) => read += bytes.len(),
                Ok(None) => panic!("the whole body came"),
                Err(error) => break error,
            }
        };
        assert!(error.is_body() || error.is_decode(), "{error:?}");
        assert_eq!(read, whole / 2);
    });
}

#[test]
fn a_body_that_is_too_large_is_not_read() {
    with_seller("northlight", Arc::new(Still), |client, _| async move {
        let body = json!({"query": "x".repeat(1024 * 1024)});
        let response = client.post("/media-kit/search", &body).await.unwrap();
        assert_eq!(response.status().as_u16(), 413);
    });
}

#[test]
fn a_server_that_ends_waits_for_no_delay() {
    // The answer would sleep for ever; that the script ends at all is the proof.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let spec = by_name("northlight").unwrap();
        let engine = Engine::new(spec, Options { seed: 7, quote_ttl: None }, start());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(listener.local_addr().unwrap(), String::new());
        let (stop, stopped) = oneshot::channel::<()>();
        let seller = Seller::from(engine);
        seller.arm(InjectedFault::next(Fault::Unavailable, Requests::All), start());
        let served = serve(listener, seller.clone(), Arc::new(Frozen), async {
            let _ = stopped.await;
        });
        let asked = client.get("/health");
        let ending = async {
            // Once the engine has acted, the request is on its way back.
            while !seller.engine().armed().is_empty() {
                tokio::task::yield_now().await;
            }
            stop.send(()).unwrap();
        };
        let (served, asked, ()) = tokio::join!(served, asked, ending);
        served.unwrap();
        assert_eq!(asked.unwrap().status().as_u16(), 503);
    });
}

/// A quote at the reference seller of v2, and the body of its booking.
async fn quoted(client: &Client) -> (String, Value) {
    let ask = json!({
        "product_id": "prod-91ddc363", "deal_type": "PG", "impressions": 100_000,
        "idempotency_key": "quote-1",
    });
    let quote = json_of(client.post("/api/v1/quotes", &ask).await.unwrap()).await;
    let quote_id = text(&quote["quote"]["quote_id"]);
    let booking = json!({"quote_id": quote_id, "idempotency_key": "booking-1"});
    (format!("/api/v1/quotes/{quote_id}"), booking)
}

#[test]
fn every_cut_leaves_no_whole_answer() {
    for (fault, booked) in [
        (Fault::CutAtHead, 0),
        (Fault::CutBeforeActing, 0),
        (Fault::Drop, 1),
        (Fault::HalfHead, 1),
        (Fault::HalfBody, 1),
        (Fault::ActsLate(Duration::from_secs(1)), 0),
    ] {
        with_seller("reference-v2", Arc::new(Still), |client, seller| async move {
            let (target, booking) = quoted(&client).await;
            seller.arm(InjectedFault::next(fault.clone(), requests::BOOKINGS), start());
            let whole = match client.post("/api/v1/deals", &booking).await {
                Ok(response) => response.bytes().await.is_ok(),
                Err(_) => false,
            };
            assert!(!whole, "{fault:?}");
            assert_eq!(seller.engine().bookings().len(), booked, "{fault:?}");
            // The seller is still there, on a new connection.
            let read = json_of(client.get(&target).await.unwrap()).await;
            let wanted = if booked == 1 { "booked" } else { "available" };
            assert_eq!(read["quote"]["status"], wanted, "{fault:?}");
        });
    }
}

#[test]
fn after_a_500_the_connection_is_gone_without_a_word() {
    with_seller("reference-v2", Arc::new(Still), |client, seller| async move {
        let (target, booking) = quoted(&client).await;
        let fault = Fault::Broken { status: 500, acts: true };
        seller.arm(InjectedFault::next(fault, requests::BOOKINGS), start());
        let response = client.post("/api/v1/deals", &booking).await.unwrap();
        assert_eq!(response.status().as_u16(), 500);
        assert!(response.headers().get("connection").is_none(), "it does not say so");
        assert_eq!(response.text().await.unwrap(), "Internal Server Error");
        // Who asks again on that connection may learn too late that it is gone.
        let read = json_of(client.again().get(&target).await.unwrap()).await;
        assert_eq!(read["quote"]["status"], "booked");
    });
}

#[test]
fn an_answer_that_comes_twice_is_read_once() {
    with_seller("reference-v2", Arc::new(Still), |client, seller| async move {
        let (target, booking) = quoted(&client).await;
        seller.arm(InjectedFault::next(Fault::Twice, requests::BOOKINGS), start());
        let deal = json_of(client.post("/api/v1/deals", &booking).await.unwrap()).await;
        let read = json_of(client.again().get(&target).await.unwrap()).await;
        assert_eq!(read["quote"]["deal_id"], deal["deal"]["deal_id"]);
    });
}

#[test]
fn offline_refuses_connections_and_ends_open_ones() {
    with_seller("reference-v2", Arc::new(Still), |client, seller| async move {
        let (target, booking) = quoted(&client).await;
        // It leaves once the quote was read: what comes next finds nobody, not one byte is taken.
        seller.arm(InjectedFault::Leaves(requests::QUOTE_READS), start());
        let read = json_of(client.get(&target).await.unwrap()).await;
        assert_eq!(read["quote"]["status"], "available", "the last answer is whole");
        let fresh = client.again();
        let error = fresh.post("/api/v1/deals", &booking).await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert_eq!(seller.engine().received(requests::BOOKINGS), 0);
        seller.arm(InjectedFault::Offline(false), start());
        seller.settled().await;
        let deal = json_of(fresh.post("/api/v1/deals", &booking).await.unwrap()).await;
        assert_eq!(deal["deal"]["status"], "proposed");
        assert_eq!(seller.engine().bookings().len(), 1);
    });
}

#[test]
fn a_crowd_is_served_in_one_process() {
    let base = by_name("reference-v2").unwrap();
    let specs = crowd(&base, 20, |place| [u64::try_from(place).unwrap(); 2]);
    let engines = specs.into_iter().map(|spec| Engine::new(spec, Options::default(), start()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = Open::all(engines).unwrap();
        let sellers: Vec<_> =
            opened.iter().map(|open| (open.address, open.seller.clone())).collect();
        let served = futures::future::join_all(
            opened.into_iter().map(|open| open.serve(Arc::new(Still) as Arc<dyn Clock>)),
        );
        let asked = futures::future::join_all(sellers.iter().map(async |(address, seller)| {
            let key = seller.engine().key(Tier::Agency).unwrap();
            let client = Client::new(*address, key);
            quoted(&client).await.0
        }));
        tokio::select! {
            _ = served => panic!("a seller stopped"),
            quotes = asked => {
                let different: std::collections::BTreeSet<_> = quotes.iter().collect();
                assert_eq!(different.len(), 20, "every seller has ids of its own");
            }
        }
        assert!(sellers.iter().all(|(_, seller)| seller.engine().received(requests::QUOTES) == 1));
    });
}
