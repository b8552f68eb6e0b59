//! `limits show|accept`: which limits hold, and letting those hold that were raised in the
//! configuration, once a person says why.

use super::{
    context::Context,
    fail::Failure,
    out::Shown,
    port::{self, Session},
    records::Records,
    reply::Reply,
    seam,
};
use crate::{
    desk::{self, ACCEPT, Mode},
    domain::money::typed::Understood,
    json::{Document, limits::LimitsDoc},
    runtime::config::Config,
    store::Reader,
};
use jiff::Timestamp;

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

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    match command {
        Command::Show => shown(context),
        // What is accepted is all that it needs: however large the book is, it is not read.
        Command::Accept(Accept { reason }) => {
            seam::with_session_lately(context, async |session| {
                accepted(session, &context.config, reason).await
            })
            .await
        }
    }
}

/// Which limits hold is read, also where nothing can be written.
fn shown(context: &Context) -> Result<Reply, Failure> {
    let store = &context.config.store;
    let records = if store.exists() { Some(Records::open(context)?) } else { None };
    let reader = records.as_ref().and_then(Records::reader);
    let accepted = reader.map(Reader::controls).transpose()?.and_then(|controls| controls.limits);
    let configured = &context.config.limits;
    let (held, waiting) = match accepted {
        Some(accepted) => {
            let held = configured.strictest(&accepted);
            let waiting = held.changed(configured);
            (held, waiting)
        }
        None => (configured.clone(), Vec::new()),
    };
    let understood = understood(&context.config);
    let body = LimitsDoc { in_force: held.lines(), waiting, understood };
    told(body, (context.config.mode, context.now()))
}

async fn accepted(
    session: &mut impl Session,
    config: &Config,
    why: String,
) -> Result<Reply, Failure> {
    port::done(session, desk::Command::AcceptLimits { why }).await?;
    Ok(reply(session, config)?.unless_stored("NOT ACCEPTED"))
}

/// What is said back of the limits of the configuration.
fn understood(config: &Config) -> Vec<Understood> {
    let of_limits = config.understood.iter().filter(|said| said.option.starts_with("limits."));
    of_limits.cloned().collect()
}

fn reply(session: &impl Session, config: &Config) -> Result<Reply, Failure> {
    let state = session.state();
    let body = LimitsDoc {
        in_force: state.setup.limits.lines(),
        waiting: state.raised_limits(),
        understood: understood(config),
    };
    told(body, (state.setup.mode, session.now()))
}

fn told(body: LimitsDoc, (mode, now): (Mode, Timestamp)) -> Result<Reply, Failure> {
    let mut lines: Vec<_> =
        body.in_force.iter().map(|(name, value)| format!("{name:<16} {value}")).collect();
    lines.extend(body.waiting.iter().map(|changed| format!("{changed}: waits. {ACCEPT}")));
    let words: Vec<_> = body.understood.iter().map(ToString::to_string).collect();
    let document = Document::new(mode, now, body);
    Ok(Reply::new(&document, Shown::Text(lines.join("\n")))?.with_words(words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::tests::schema;
    use crate::{
        cli::{
            exit::Exit,
            fake::{Fake, Says, setup},
        },
        domain::Currency,
    };

    #[tokio::test]
    async fn what_is_raised_waits_for_words() {
        let raised = setup(&["a"]);
        let said = Understood::amount("limits.deal", "25.000,00", 25_000.into(), Currency::USD);
        let config = Config { understood: said.into_iter().collect(), ..Config::default() };
        let mut fake = Fake::new(raised.clone(), |_, _| Says::Nothing);
        let nothing =
            accepted(&mut fake, &config, "the client signed".to_owned()).await.unwrap_err();
        assert_eq!(nothing.exit, Exit::Blocked);
        let mut lower = raised.limits.clone();
        lower.deal = Some(1.into());
        fake.desk.replay([desk::Entry {
            at: fake.now(),
            actor: desk::Actor::Desk,
            mode: desk::Mode::Live,
            fact: desk::Fact::LimitsSet { limits: lower, changed: Vec::new(), why: None },
        }]);
        let document = schema::check("limits", &reply(&fake, &config).unwrap().json);
        assert_eq!(document["in_force"]["deal"], "1.00");
        assert_eq!(document["waiting"][0]["name"], "deal");
        let means = &document["understood"][0];
        assert_eq!(
            (&means["option"], &means["means"]),
            (&json!("limits.deal"), &json!("25000.00 USD"))
        );
        let short = accepted(&mut fake, &config, "why not".to_owned()).await.unwrap_err();
        assert_eq!(short.exit, Exit::Blocked);
        let reply =
            accepted(&mut fake, &config, "the client signed for more".to_owned()).await.unwrap();
        let document = schema::check("limits", &reply.json);
        assert!(document["waiting"].as_array().unwrap().is_empty());
        assert_eq!(fake.desk.state().setup.limits, raised.limits);
    }
}
