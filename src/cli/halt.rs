//! `halt` and `resume`: stops everything automatic, or one seller, for every desk on the store; and
//! lets it go on once that is typed.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    context::Context,
    fail::Failure,
    json::{Document, Reply},
    out::{self, Shown},
    port::{self, Session},
    seam,
};
use crate::{
    desk::{self, Stop, controls::RESUME},
    domain::SellerName,
};

/// `halt`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Halt {
    /// Only this seller: no ticket and nothing automatic goes to it
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "by hand")]
    pub(crate) why: String,
}

/// `resume`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Resume {
    /// Only this seller
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Option<String>,
    /// The word that lets it go on: resume
    #[arg(long, value_name = "WORD")]
    pub(crate) confirm: String,
}

/// What is stopped now.
#[derive(Debug, Serialize)]
struct ControlsDoc {
    halted: bool,
    halt: Option<StopDoc>,
    sellers: Vec<StopDoc>,
}

/// A stop.
#[derive(Debug, Serialize)]
struct StopDoc {
    /// `null` is everything.
    seller: Option<String>,
    at: Timestamp,
    by: String,
    why: String,
    /// Whether the desk stopped by itself.
    tripped: bool,
}

impl StopDoc {
    fn new(seller: Option<&SellerName>, stop: &Stop) -> Self {
        Self {
            seller: seller.map(|seller| seller.0.clone()),
            at: stop.at,
            by: stop.by.to_string(),
            why: stop.why.clone(),
            tripped: stop.tripped,
        }
    }
}

pub(crate) async fn halt(args: Halt, context: &Context) -> Result<Reply, Failure> {
    seam::with_session(context, async |session| {
        let seller = args.seller.as_deref().map(SellerName::from);
        // The words come from a shell: cleaned like any other.
        let why = crate::domain::text::prose(&args.why);
        run(session, desk::Command::Halt { seller, why }).await
    })
    .await
}

pub(crate) async fn resume(args: Resume, context: &Context) -> Result<Reply, Failure> {
    if args.confirm != RESUME {
        let says = format!("you confirm {:?}", args.confirm);
        return Err(Failure::usage(says, format!("give --confirm {RESUME}")));
    }
    seam::with_session(context, async |session| {
        let seller = args.seller.as_deref().map(SellerName::from);
        run(session, desk::Command::Resume { seller, typed: args.confirm.clone() }).await
    })
    .await
}

async fn run(session: &mut impl Session, command: desk::Command) -> Result<Reply, Failure> {
    port::done(session, command).await?;
    let state = session.state();
    let controls = &state.controls;
    let sellers = controls.sellers.iter();
    let body = ControlsDoc {
        halted: controls.halt.is_some(),
        halt: controls.halt.as_ref().map(|stop| StopDoc::new(None, stop)),
        sellers: sellers.map(|(seller, stop)| StopDoc::new(Some(seller), stop)).collect(),
    };
    let mut lines = vec![match &body.halt {
        Some(stop) => format!("HALTED since {} by {}: {}", out::time(stop.at), stop.by, stop.why),
        None => "the desk runs".to_owned(),
    }];
    lines.extend(body.sellers.iter().map(|stop| {
        let seller = stop.seller.as_deref().unwrap_or("?");
        format!("{seller} is halted since {}: {}", out::time(stop.at), stop.why)
    }));
    let document = Document::new(state.setup.mode, session.now(), body);
    Reply::new(&document, Shown::Text(lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{
        exit::Exit,
        fake::{Fake, Says, setup},
        json::schema,
    };

    #[tokio::test]
    async fn what_is_stopped_is_told_and_goes_on_by_a_word() {
        let mut fake = Fake::new(setup(&["a"]), |_, _| Says::Nothing);
        let seller = || Some(SellerName::from("a"));
        let halt = |seller| desk::Command::Halt { seller, why: "looks odd".into() };
        let reply = run(&mut fake, halt(None)).await.unwrap();
        let document = schema::check("controls", &reply.json);
        assert_eq!(document["halted"], true);
        let reply = run(&mut fake, halt(seller())).await.unwrap();
        let document = schema::check("controls", &reply.json);
        assert_eq!(document["sellers"][0]["seller"], "a");
        let resume = |seller, typed: &str| desk::Command::Resume { seller, typed: typed.into() };
        let refused = run(&mut fake, resume(None, "yes")).await.unwrap_err();
        assert_eq!(refused.exit, Exit::Blocked);
        run(&mut fake, resume(None, RESUME)).await.unwrap();
        let reply = run(&mut fake, resume(seller(), RESUME)).await.unwrap();
        let document = schema::check("controls", &reply.json);
        assert_eq!((&document["halted"], &document["halt"]), (&false.into(), &().into()));
        assert!(document["sellers"].as_array().unwrap().is_empty());
    }
}
