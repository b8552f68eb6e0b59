//! A simulated seller on a port of its own that can end the desk which sends it something: before it
//! acts, after it acted, or with the request held by a proxy that delivers it later.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    response::Response,
};
use dealdesk::{
    clock::Clock as _,
    runtime::{Jobs, SystemClock},
    sim::{
        Engine, Reply, Request, Requests, Seller,
        iab::{Iab, Options, by_name, requests},
    },
};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

use super::wire::asked;

/// What the seller does with a desk that books, or has an order made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shot {
    /// Ends it, and never acts on it.
    Unread,
    /// Ends it, and acts once it was asked so many things more.
    ActsAfter(u32),
    /// Acts, and ends it before a byte of the reply.
    Acted,
}

/// The seller, whom it shoots, and what it still holds.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) seller: Seller<Iab>,
    pub(crate) url: String,
    shot: Arc<Mutex<Option<(Shot, Requests)>>>,
    held: Arc<Mutex<Option<(u32, Request)>>>,
    pid: watch::Sender<Option<Pid>>,
}

impl Front {
    /// Serves the named seller for as long as the jobs are held. On a runtime.
    pub(crate) fn serve(name: &str) -> (Self, Jobs) {
        let options = Options { seed: 7, ..Options::default() };
        let engine = Engine::new(by_name(name).unwrap(), options, SystemClock.now());
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let front = Self {
            seller: engine.into(),
            url: format!("http://{}", listener.local_addr().unwrap()),
            shot: Arc::default(),
            held: Arc::default(),
            pid: watch::Sender::new(None),
        };
        let router = Router::new().fallback(answer).with_state(front.clone());
        let mut jobs = Jobs::on(tokio::runtime::Handle::current());
        jobs.start(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        (front, jobs)
    }

    /// The next of these requests is the last of whoever sends it.
    pub(crate) fn shoots(&self, shot: Shot, asks: Requests) {
        *self.shot.lock().unwrap() = Some((shot, asks));
    }

    /// Whom the shot is meant for.
    pub(crate) fn aims_at(&self, child: &std::process::Child) {
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        self.pid.send_replace(pid);
    }

    async fn kill(&self) {
        let mut pid = self.pid.subscribe();
        let pid = pid.wait_for(Option::is_some).await.unwrap().unwrap();
        kill_process(pid, Signal::KILL).unwrap();
    }

    fn act(&self, request: &Request) -> Reply {
        self.seller.handle(request, SystemClock.now())
    }

    /// Delivers what is held, once its time has come.
    fn deliver(&self) {
        let held = self.held.lock().unwrap().take();
        match held {
            Some((0, request)) => drop(self.act(&request)),
            Some((asks, request)) => *self.held.lock().unwrap() = Some((asks - 1, request)),
            None => {}
        }
    }
}

async fn answer(State(front): State<Front>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().unwrap().as_str();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default().to_vec();
    let request = asked(&parts.method, target, &parts.headers, body);
    front.deliver();
    let shot =
        front.shot.lock().unwrap().take_if(|(_, asks)| asks.include(requests::class(&request)));
    match shot.map(|(shot, _)| shot) {
        None => return response(front.act(&request)),
        Some(Shot::Unread) => {}
        Some(Shot::ActsAfter(asks)) => *front.held.lock().unwrap() = Some((asks, request)),
        Some(Shot::Acted) => drop(front.act(&request)),
    }
    front.kill().await;
    // Nobody is there to be answered.
    std::future::pending().await
}

fn response(reply: Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
