//! Real sockets and sellers that misbehave on them. No clock runs: waits between attempts are over
//! at once, and a time-out comes when the test rings for it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use dealdesk::{
    clock::Clock,
    domain::{Answer, Ask, ErrorKind, Fate, Heard, SellerError},
    sellers::{DEFAULT_TIMEOUT, Endpoint, ReqwestTransport, Seller, connect},
};
use futures::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use super::support::{Put as _, book, endpoint, failed};

/// A clock that stands still.
#[derive(Debug, Default)]
struct Standing {
    /// Rung when an attempt has taken too long.
    too_long: Arc<Notify>,
}

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        super::support::at("2026-11-21T21:00:00Z")
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let bell = self.too_long.clone();
        async move {
            if duration >= DEFAULT_TIMEOUT {
                bell.notified().await;
            }
        }
        .boxed()
    }
}

/// Serves each connection with `serve` (its number, and the socket) while `client` runs.
async fn with_server<T>(
    serve: impl Fn(usize, TcpStream) -> BoxFuture<'static, ()>,
    client: impl AsyncFnOnce(SocketAddr) -> T,
) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut serving = tokio::task::JoinSet::new();
    let accepting = async {
        for number in 0.. {
            let (socket, _) = listener.accept().await.unwrap();
            serving.spawn(serve(number, socket));
        }
        unreachable!("connections are endless")
    };
    tokio::select! {
        done = client(address) => done,
        done = accepting => done,
    }
}

/// Reads one request, head and body; `None` where the other side has gone.
async fn request(socket: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
            });
            if body.len() >= length.unwrap_or(0_usize) {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        text.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn at(address: SocketAddr) -> Box<dyn Seller> {
    on(Standing::default(), &format!("http://{address}"))
}

fn on(clock: Standing, url: &str) -> Box<dyn Seller> {
    connect(endpoint(url), Arc::new(ReqwestTransport::new()), Arc::new(clock)).unwrap()
}

/// Answers every request on every connection with the same bytes, then hangs up.
async fn against(answer: String, ask: Ask) -> Heard {
    let serve = move |_, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        let answer = answer.clone();
        Box::pin(async move {
            request(&mut socket).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        })
    };
    with_server(serve, async |address| at(address).put(ask).await).await
}

fn judged(error: &SellerError) -> (ErrorKind, &str, u16) {
    (error.kind, error.code.as_str(), error.http_status)
}

#[tokio::test]
async fn what_is_no_answer_is_told_apart() {
    use ErrorKind::{Broken, Nonsense, TooLarge};
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";
    let large = 100 * 1024 * 1024;
    for (answer, kind, code, status) in [
        (ok("<html><body>hello</body></html>"), Nonsense, "html", 200),
        (ok("{\"products\": ["), Nonsense, "bad_json", 200),
        (ok(""), Nonsense, "empty_reply", 200),
        (format!("{head}content-length: 90\r\n\r\n{{\"products\""), Broken, "reset", 200),
        (format!("{head}content-length: {large}\r\n\r\n"), TooLarge, "too_large", 200),
        (String::new(), Broken, "reset", 0),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(), Nonsense, "http_error", 0),
    ] {
        let error = failed(against(answer.clone(), Ask::Products).await);
        assert_eq!(judged(&error), (kind, code, status), "{answer:?}: {error}");
        let error = failed(against(answer.clone(), book()).await);
        assert_eq!(error.fate(), Fate::Unknown, "{answer:?}");
    }
}

#[tokio::test]
async fn a_hundred_megabytes_are_not_read() {
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let serve = move |_, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        let counter = counter.clone();
        Box::pin(async move {
            request(&mut socket).await;
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let piece = vec![b' '; 64 * 1024];
            for _ in 0..1_600 {
                if socket.write_all(&piece).await.is_err() {
                    return;
                }
                counter.fetch_add(piece.len(), Ordering::Relaxed);
            }
        })
    };
    let heard = with_server(serve, async |address| at(address).put(Ask::Products).await).await;
    assert_eq!(judged(&failed(heard)), (ErrorKind::TooLarge, "too_large", 200));
    let read = written.load(Ordering::Relaxed) / 1024 / 1024;
    assert!(read < 40, "{read} MiB were taken before it stopped");
}

/// How much of an answer is read.
const CAP: usize = 8 * 1024 * 1024;

/// An empty catalogue with blanks up to `size` bytes.
fn padded(size: usize) -> String {
    let catalogue = "{\"products\":[]}";
    format!("{catalogue}{}", " ".repeat(size - catalogue.len()))
}

#[tokio::test]
async fn an_answer_up_to_the_cap_is_read_and_one_byte_more_is_not() {
    // As long as its head says, and to the end of the connection; in many pieces both.
    for is_announced in [true, false] {
        for (size, is_read) in [(300_000, true), (CAP, true), (CAP + 1, false)] {
            let body = padded(size);
            let answer = if is_announced {
                ok(&body)
            } else {
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{body}")
            };
            let heard = against(answer, Ask::Products).await;
            assert_eq!(heard.result.is_ok(), is_read, "{size} bytes: {:?}", heard.result);
        }
    }
}

#[tokio::test]
async fn the_first_connection_is_no_old_one_that_was_dropped() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    let serve = move |_, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        counter.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            request(&mut socket).await;
        })
    };
    let heard = with_server(serve, async |address| {
        let endpoint = Endpoint { attempts: 1, ..endpoint(&format!("http://{address}")) };
        let transport = Arc::new(ReqwestTransport::new());
        let seller = connect(endpoint, transport, Arc::new(Standing::default())).unwrap();
        seller.put(Ask::Products).await
    })
    .await;
    assert_eq!(judged(&failed(heard)), (ErrorKind::Broken, "reset", 0));
    assert_eq!(connections.load(Ordering::Relaxed), 1, "asked once, as is configured");
}

#[tokio::test]
async fn nobody_there_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = failed(at(address).put(book()).await);
    assert_eq!(judged(&error), (ErrorKind::Unreachable, "connect_error", 0));
    assert!(error.says.to_lowercase().starts_with("connection refused"), "{}", error.says);
    assert_eq!(error.fate(), Fate::NotSent);

    // Somebody is there and speaks no TLS.
    let serve = |_, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let _ = socket.read(&mut [0; 64]).await;
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        })
    };
    let error = with_server(serve, async |address| {
        failed(on(Standing::default(), &format!("https://{address}")).put(book()).await)
    })
    .await;
    // Without CA certificates on this machine it is not even tried.
    assert!(matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Configuration), "{error}");
    assert_eq!(error.fate(), Fate::NotSent);
}

#[tokio::test]
async fn a_slow_seller_is_given_up() {
    let clock = Standing::default();
    let bell = clock.too_long.clone();
    let serve = move |_, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        let bell = bell.clone();
        Box::pin(async move {
            request(&mut socket).await;
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await;
            bell.notify_one();
            futures::future::pending::<()>().await;
        })
    };
    let heard = with_server(serve, async |address| {
        on(clock, &format!("http://{address}")).put(book()).await
    })
    .await;
    assert_eq!(heard.exchange.as_ref().unwrap().attempts, 1);
    let error = failed(heard);
    assert_eq!(judged(&error), (ErrorKind::Timeout, "timeout", 0));
    assert_eq!(error.fate(), Fate::Unknown);
}

#[tokio::test]
async fn the_key_does_not_follow_a_redirect_to_another_host() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = elsewhere.local_addr().unwrap();
    let moved = format!(
        "HTTP/1.1 307 Moved\r\nlocation: http://{place}/products\r\ncontent-length: 0\r\n\r\n"
    );
    let heard = tokio::select! {
        heard = against(moved, Ask::Products) => heard,
        _ = elsewhere.accept() => panic!("the desk went to another host"),
    };
    let error = failed(heard);
    assert_eq!(judged(&error), (ErrorKind::Nonsense, "redirect", 307));
    assert!(error.says.contains(&place.to_string()), "{}", error.says);
}

/// What the seller does with a connection after its first answer, as uvicorn after a 500: it hangs
/// up without a word.
#[tokio::test]
async fn a_dropped_idle_connection_costs_a_read_nothing_and_a_booking_does_not_use_it() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    let serve = move |number, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        let counter = counter.clone();
        Box::pin(async move {
            counter.fetch_add(1, Ordering::Relaxed);
            request(&mut socket).await;
            let body = if number == 2 { "{\"deal_id\":\"D-1\"}" } else { "{\"products\":[]}" };
            let _ = socket.write_all(ok(body).as_bytes()).await;
            // The next request on this connection is read and then dropped with a reset.
            request(&mut socket).await;
            let _ = socket.set_zero_linger();
        })
    };
    with_server(serve, async |address| {
        let seller = at(address);
        assert!(seller.put(Ask::Products).await.result.is_ok());
        let again = seller.put(Ask::Products).await;
        assert!(again.result.is_ok(), "{:?}", again.result);
        assert_eq!(again.exchange.unwrap().attempts, 2, "the old connection, then a fresh one");
        let Answer::Deal(deal) = seller.put(book()).await.result.unwrap() else { panic!() };
        assert_eq!(deal.deal_id.as_str(), "D-1");
    })
    .await;
    assert_eq!(connections.load(Ordering::Relaxed), 3, "the booking had a connection of its own");
}

#[tokio::test]
async fn a_seller_that_recovers_is_asked_again() {
    let serve = |number, mut socket: TcpStream| -> BoxFuture<'static, ()> {
        Box::pin(async move {
            request(&mut socket).await;
            let busy = "HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            let answer = if number == 0 { busy.to_owned() } else { ok("{\"products\":[]}") };
            let _ = socket.write_all(answer.as_bytes()).await;
        })
    };
    let heard = with_server(serve, async |address| at(address).put(Ask::Products).await).await;
    assert!(heard.result.is_ok(), "{:?}", heard.result);
    assert_eq!(heard.exchange.unwrap().attempts, 2);
}
