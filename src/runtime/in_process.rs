//! Simulated sellers without sockets: what an adapter sends goes to their router in memory, and their
//! delays are waited for on the given clock. So real wire code runs on a virtual clock.

use std::{collections::BTreeMap, sync::Arc};

use futures::future::{BoxFuture, FutureExt as _};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    clock::Clock,
    sellers::{Transport, TransportError, WireReply, WireRequest},
    sim::{Cut, Reply, Request, Seller, iab::Iab},
};

/// Sellers by the host under which they are spoken to.
#[derive(Debug)]
pub(super) struct InProcess {
    sellers: BTreeMap<String, Seller<Iab>>,
    clock: Arc<dyn Clock>,
}

impl InProcess {
    pub(super) fn new(
        sellers: impl IntoIterator<Item = (String, Seller<Iab>)>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { sellers: sellers.into_iter().collect(), clock }
    }

    async fn once(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        let host = request.url.host_str().unwrap_or_default();
        let Some(seller) = self.sellers.get(host) else {
            return Err(TransportError::Unreachable(format!("nobody is called {host}")));
        };
        let reply = seller.handle(&read(&request), self.clock.now());
        if reply.cut != Some(Cut::Refused) && !reply.delay.is_zero() {
            self.clock.sleep(reply.delay).await;
        }
        written(reply, request.cap)
    }
}

impl Transport for InProcess {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        self.once(request).boxed()
    }
}

fn read(wire: &WireRequest) -> Request {
    let query = wire.url.query().map_or_else(String::new, |query| format!("?{query}"));
    let target = format!("{}{query}", wire.url.path());
    let mut request = Request::new(wire.method.as_str(), &target);
    for (name, value) in &wire.headers {
        request = request.with_header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
    }
    request.body = wire.body.clone().unwrap_or_default().into_bytes();
    request
}

/// What reaches the buyer of a reply.
fn written(reply: Reply, cap: usize) -> Result<WireReply, TransportError> {
    let broken = |status| {
        let says = "the seller hung up".to_owned();
        Err(TransportError::Broken { says, status, reused: false })
    };
    match reply.cut {
        Some(Cut::Refused) => {
            return Err(TransportError::Unreachable("connection refused".to_owned()));
        }
        Some(Cut::Drop | Cut::HalfHead) => return broken(0),
        Some(Cut::HalfBody) => return broken(reply.status),
        // A reply that comes twice is read once: the second is an answer to nothing.
        Some(Cut::Twice | Cut::After | Cut::Leaves) | None => {}
    }
    if reply.body.len() > cap {
        return Err(TransportError::TooLarge { status: reply.status, cap });
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    Ok(WireReply { status: reply.status, headers, body: reply.body })
}
