//! A desk while its store is read: what is stopped holds from the first moment on, and stays.

use std::time::Duration;

use dealdesk::{
    desk::Command,
    runtime::{Session, demo, load::Load},
    store::Location,
};

use super::support::{attached, session};

fn halt() -> Command {
    Command::Halt { seller: None, why: "the wrong client".to_owned() }
}

fn why(session: &Session) -> Option<&str> {
    session.state().controls.halt.as_ref().map(|stop| stop.why.as_str())
}

async fn read(session: &mut Session) {
    while session.is_opening() {
        session.inbox().filled().await;
        session.pump();
    }
    assert!(!session.is_unopened());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_halt_while_the_store_is_read_holds_at_once_and_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    for location in [Location::Memory, Location::File(folder.path().join("live.db"))] {
        let mut desk = session(1);
        desk.begin(&location);
        assert!(desk.is_opening());
        assert_eq!(desk.command(Command::CloseTicket).len(), 1, "all else waits");
        assert!(desk.command(halt()).is_empty());
        assert_eq!(why(&desk), Some("the wrong client"));
        // What the store says is stopped is nothing yet, and comes later.
        read(&mut desk).await;
        assert_eq!(why(&desk), Some("the wrong client"), "{location:?}");
        desk.close(Duration::from_secs(5)).await.unwrap();
        if let Location::File(_) = location {
            let next = attached(1, location).await;
            assert_eq!(why(&next), Some("the wrong client"), "it is in the store");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn load_for_measuring_that_comes_before_the_store_is_read_is_not_lost() {
    let load = Some(Load { rows: 7, countdowns: 9, ..Load::default() });
    let demo = demo::Demo { seed: 1, speed: 1, load, read_only: false, person: "ana@test".into() };
    let mut desk = demo::start(&demo, tokio::runtime::Handle::current()).unwrap();
    desk.begin(&Location::Memory);
    assert!(desk.state().is_reading);
    desk.pump();
    read(&mut desk).await;
    assert!(!desk.state().is_reading);
    assert_eq!((desk.state().deals.len(), desk.state().quotes.len()), (7, 9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_desk_halted_holds_before_the_store_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("live.db"));
    let mut other = attached(1, location.clone()).await;
    let mut desk = session(1);
    desk.begin(&location);
    assert_eq!(why(&desk), None);
    other.command(halt());
    // Before anything is asked of the desk, and before anything of the store is taken in.
    let refused = desk.command(Command::CloseTicket);
    assert_eq!(refused[0].rule, "store");
    assert_eq!(why(&desk), Some("the wrong client"));
    read(&mut desk).await;
    assert_eq!(why(&desk), Some("the wrong client"));
}
