//! A desk from its configuration: sellers connected, store opened.

use std::{collections::BTreeMap, sync::Arc};

use tokio::runtime::Handle;

use super::{
    Adapter, Session, SystemClock,
    config::{Config, Environment, Resolved},
};
use crate::{
    clock::Clock,
    desk::Desk,
    domain::SellerError,
    sellers::{Endpoint, ReqwestTransport, Transport, connect},
    store::Location,
};

/// A desk as configured, without its store: it can be drawn, and asks sellers only when told to.
/// `face` is `cli` or `terminal`.
/// Its background work runs on `workers`.
pub fn session(config: &Config, environment: &Environment, face: &str, workers: Handle) -> Session {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
    let resolved = config.resolve(environment);
    let mut setup = config.setup(face, &resolved);
    setup.owner = uuid::Uuid::now_v7().to_string();
    let sellers: BTreeMap<_, Adapter> = resolved
        .into_iter()
        .map(|seller| {
            let adapter = adapter(seller.endpoint, &transport, &clock);
            (seller.info.name, adapter)
        })
        .collect();
    let mut session = Session::new(Desk::new(setup), sellers, clock, workers);
    // A person is told at once who has it.
    if face == "cli" {
        session.waits_to_arm(config.desk.arm_wait);
    }
    session
}

/// One seller without a desk, for getting to know it. Sends nothing yet.
pub fn seller(seller: Resolved) -> Adapter {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
    adapter(seller.endpoint, &transport, &clock)
}

fn adapter(
    endpoint: Result<Endpoint, SellerError>,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Adapter {
    connect(endpoint?, Arc::clone(transport), Arc::clone(clock)).map(Arc::from)
}

/// Where the configured store is.
pub fn location(config: &Config) -> Location {
    Location::File(config.store.clone())
}
