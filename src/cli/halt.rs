//! `halt` and `resume`: stops everything automatic, or one seller, for every desk on the store; and
//! lets it go on once that is typed.

use std::time::Duration;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    out::{self, Shown},
    port::{self, Session},
    reply::Reply,
    seam,
};
use crate::{
    desk::{self, Controls, Mode, State, Stop, controls::RESUME},
    domain::SellerName,
    json::{
        Document,
        halt::{ControlsDoc, StopDoc},
    },
    runtime::stop::{self, Stopped},
};
use jiff::Timestamp;

/// How long a resumption may take until no mark speaks against it.
const LIFT: Duration = Duration::from_secs(8);

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

impl StopDoc {
    fn new(seller: Option<&SellerName>, stop: &Stop) -> Self {
        Self {
            seller: seller.map(|seller| seller.0.clone()),
            at: stop.at.into(),
            by: stop.by.to_string(),
            why: stop.why.clone(),
            tripped: stop.tripped,
        }
    }
}

pub(crate) async fn halt(args: Halt, context: &Context) -> Result<Reply, Failure> {
    let seller = args.seller.as_deref().map(SellerName::from);
    // The words come from a shell: cleaned like any other.
    let why = crate::domain::text::prose(&args.why);
    let stopped = stop::stop(&context.config, seller, why, context.now()).await;
    let Stopped { controls, marked, stored } =
        stopped.map_err(|refusal| Failure::of_refusal(&refusal))?;
    let told = reply(&controls, context.config.mode, context.now())?;
    match (stored, marked) {
        (Ok(()), Ok(())) => Ok(told),
        (Ok(()), Err(error)) => {
            Ok(told.with_words([format!("it is not marked beside the store: {error}")]))
        }
        (Err(error), Ok(())) => {
            let mark =
                "every desk on this store obeys the mark beside it, and writes it down when it can";
            told.with_words([mark.to_owned()]).unwritten(&error.to_string())
        }
        (Err(error), Err(mark)) => {
            let says = format!("NOT HALTED: {error}; and no mark can be left: {mark}");
            let cure = "press F12 at each desk, or end them (kill), until the store can be written";
            Err(Failure::new(Exit::Configuration, says, cure).coded("not_stored"))
        }
    }
}

pub(crate) async fn resume(args: Resume, context: &Context) -> Result<Reply, Failure> {
    if args.confirm != RESUME {
        let says = format!("you confirm {:?}", args.confirm);
        return Err(Failure::usage(says, format!("give --confirm {RESUME}")));
    }
    // What is stopped is all that it needs: however large the book is, it is not read.
    seam::with_session_about(context, [], async |session| {
        let seller = args.seller.as_deref().map(SellerName::from);
        resumed(session, seller, args.confirm.clone()).await
    })
    .await
}

async fn resumed(
    session: &mut impl Session,
    seller: Option<SellerName>,
    typed: String,
) -> Result<Reply, Failure> {
    port::done(session, desk::Command::Resume { seller: seller.clone(), typed }).await?;
    // The mark beside the store goes once it is in the store that it does.
    let is_lifted = |state: &State| state.heeded.marks().of(seller.as_ref()).is_none();
    let lifted = session.until(LIFT, is_lifted).await;
    let (state, now) = (session.state(), session.now());
    if !lifted {
        let why = state.trouble.as_deref().unwrap_or("the mark beside the store is still there");
        let cure = "mend the store, then resume again";
        return Err(Failure::new(Exit::Configuration, format!("NOT RESUMED: {why}"), cure)
            .coded("not_stored"));
    }
    Ok(reply(&state.controls, state.setup.mode, now)?.unless_stored("NOT RESUMED"))
}

fn reply(controls: &Controls, mode: Mode, now: Timestamp) -> Result<Reply, Failure> {
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
    let document = Document::new(mode, now, body);
    Reply::new(&document, Shown::Text(lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fake::{Fake, Says, setup};
    use crate::cli::tests::schema;

    #[tokio::test]
    async fn what_is_stopped_is_told_and_goes_on_by_a_word() {
        let mut fake = Fake::new(setup(&["a"]), |_, _| Says::Nothing);
        let seller = || Some(SellerName::from("a"));
        for seller in [None, seller()] {
            let why = "looks odd".into();
            port::done(&mut fake, desk::Command::Halt { seller, why }).await.unwrap();
        }
        let now = fake.now();
        let reply = reply(&fake.state().controls, Mode::Live, now).unwrap();
        let document = schema::check("controls", &reply.json);
        assert_eq!(document["halted"], true);
        assert_eq!(document["sellers"][0]["seller"], "a");
        let refused = resumed(&mut fake, None, "yes".to_owned()).await.unwrap_err();
        assert_eq!(refused.exit, Exit::Blocked);
        resumed(&mut fake, None, RESUME.to_owned()).await.unwrap();
        let reply = resumed(&mut fake, seller(), RESUME.to_owned()).await.unwrap();
        let document = schema::check("controls", &reply.json);
        assert_eq!((&document["halted"], &document["halt"]), (&false.into(), &().into()));
        assert!(document["sellers"].as_array().unwrap().is_empty());
    }
}
