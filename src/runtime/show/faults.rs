//! What goes wrong on a key: done by the simulated seller under the cursor, never by the desk itself.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Done;
use crate::{
    desk::Command,
    present::Fault,
    sim::{self, InjectedFault, Requests, Seller, iab::Iab},
    tui::Focus,
};

/// How long a seller keeps silent on a key.
const DELAY: Duration = Duration::from_secs(10);

/// How far a seller's clock goes ahead on a key.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// By how many percent prices rise on a key.
const RISE: f64 = 3.0;

/// What is armed and not yet done, in words, seller by seller.
pub(super) fn armed(sellers: &[Seller<Iab>]) -> Vec<String> {
    let words = |seller: &Seller<Iab>| {
        let engine = seller.engine();
        let name = engine.spec().name.clone();
        engine.armed().into_iter().map(move |words| format!("{name} {words}")).collect::<Vec<_>>()
    };
    sellers.iter().flat_map(words).collect()
}

/// Lets something go wrong at the seller under the cursor.
pub(super) fn arm(
    sellers: &[Seller<Iab>],
    fault: Fault,
    focus: Option<Focus>,
    now: Timestamp,
) -> Done {
    let Some(focus) = focus else {
        let cure = "put the cursor on something that a seller sells";
        return Done::refused("no seller is under the cursor", cure);
    };
    let name = focus.seller.as_str();
    let found = sellers.iter().find(|seller| seller.engine().spec().name == name);
    let Some(seller) = found else {
        return Done::refused("this seller is none of the demo's", "choose another row");
    };
    let next = InjectedFault::next;
    let (injected, words) = match fault {
        Fault::DropReply => {
            (next(sim::Fault::Drop, Requests::Sends), "loses its next reply to a send")
        }
        Fault::Busy => {
            let (fault, requests, times) = (sim::Fault::Unavailable, Requests::All, 3);
            (InjectedFault::Fail { fault, requests, times }, "answers 503 three times")
        }
        Fault::Delay => (
            next(sim::Fault::Slow(DELAY), Requests::Sends),
            "takes ten seconds for its next answer",
        ),
        Fault::Twice => (next(sim::Fault::Twice, Requests::Sends), "answers the next send twice"),
        Fault::Reprice => {
            (InjectedFault::Reprice(RISE), "asks 3 % more from now on; quotes out stand")
        }
        Fault::Skew => {
            (InjectedFault::Skew(SKEW), "is thirty seconds ahead with its clock from now on")
        }
        Fault::Offline if seller.engine().is_offline() => {
            (InjectedFault::Offline(false), "can be reached again")
        }
        Fault::Offline => (InjectedFault::Offline(true), "cannot be reached from now on"),
        Fault::Expire => {
            let Some(quote) = focus.quote else {
                let cure = "put the cursor on a quote or its negotiation";
                return Done::refused("no quote is under the cursor", cure);
            };
            seller.arm(InjectedFault::Expire(quote.quote_id.as_str().to_owned()), now);
            let words = format!("{name} let this quote expire; the desk looks at it");
            return Done { command: Some(Command::Reread(quote)), ..Done::told(words) };
        }
    };
    seller.arm(injected, now);
    Done::told(format!("{name} {words}"))
}
