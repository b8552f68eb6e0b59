//! `limits show|accept`: which limits hold, and letting those hold that were raised in the
//! configuration, once a person says why.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    context::Context,
    fail::Failure,
    json::{Document, Reply},
    out::Shown,
    port::{self, Session},
    seam,
};
use crate::{
    desk::{self, ACCEPT},
    domain::limits::Changed,
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Which limits hold, and which wait for a reason
    Show,
    /// Let the limits hold that were raised in the configuration
    Accept(Accept),
}

/// `limits accept`.
#[derive(Debug, clap::Args)]
pub(crate) struct Accept {
    /// Why they are raised, for the record: what for, and who agreed
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: String,
}

/// What `limits` prints.
#[derive(Debug, Serialize)]
struct LimitsDoc {
    /// Limit by limit, as the configuration names them.
    in_force: BTreeMap<String, String>,
    /// Raised in the configuration, and not in force until a person says why.
    waiting: Vec<Changed>,
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    seam::with_session(context, async |session| match command {
        Command::Show => reply(session),
        Command::Accept(accept) => {
            let why = accept.reason;
            accepted(session, why).await
        }
    })
    .await
}

async fn accepted(session: &mut impl Session, why: String) -> Result<Reply, Failure> {
    port::done(session, desk::Command::AcceptLimits { why }).await?;
    Ok(reply(session)?.unless_stored("NOT ACCEPTED"))
}

fn reply(session: &impl Session) -> Result<Reply, Failure> {
    let state = session.state();
    let body = LimitsDoc { in_force: state.setup.limits.lines(), waiting: state.raised_limits() };
    let mut lines: Vec<_> =
        body.in_force.iter().map(|(name, value)| format!("{name:<16} {value}")).collect();
    lines.extend(body.waiting.iter().map(|changed| format!("{changed}: waits. {ACCEPT}")));
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
    async fn what_is_raised_waits_for_words() {
        let raised = setup(&["a"]);
        let mut fake = Fake::new(raised.clone(), |_, _| Says::Nothing);
        let nothing = accepted(&mut fake, "the client signed".to_owned()).await.unwrap_err();
        assert_eq!(nothing.exit, Exit::Blocked);
        let mut lower = raised.limits.clone();
        lower.deal = Some(1.into());
        fake.desk.replay([desk::Entry {
            at: fake.now(),
            actor: desk::Actor::Desk,
            mode: desk::Mode::Live,
            fact: desk::Fact::LimitsSet { limits: lower, changed: Vec::new(), why: None },
        }]);
        let document = schema::check("limits", &reply(&fake).unwrap().json);
        assert_eq!(document["in_force"]["deal"], "1.00");
        assert_eq!(document["waiting"][0]["name"], "deal");
        let short = accepted(&mut fake, "why not".to_owned()).await.unwrap_err();
        assert_eq!(short.exit, Exit::Blocked);
        let reply = accepted(&mut fake, "the client signed for more".to_owned()).await.unwrap();
        let document = schema::check("limits", &reply.json);
        assert!(document["waiting"].as_array().unwrap().is_empty());
        assert_eq!(fake.desk.state().setup.limits, raised.limits);
    }
}
