//! `avails`: how many impressions sellers say could be had of a product over a flight.

use std::time::Duration;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    kit,
    missing::{exit_of, words_of},
    out::{self, Shown},
    port::{Session, allowed, some_sellers},
    quote::{Sought, targets},
    reply::Reply,
    seam,
    table::{Table, known},
    typed,
};
use crate::{
    desk::{self, State, state::Purpose},
    domain::{AvailsAsk, ProductId, SellerName, ids},
    json::{
        Document, Missing,
        avails::{AvailsDoc, AvailsListDoc},
    },
};

/// `avails`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Avails {
    /// Ask this seller; give it again for several [default: every seller that has the product]
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Vec<String>,
    /// Products, by id, or by name where several sellers are asked
    #[arg(long, value_name = "ID,…", required = true, value_delimiter = ',')]
    pub(crate) product: Vec<String>,
    /// Impressions wanted over the whole flight
    #[arg(long, value_name = "N", value_parser = typed::impressions)]
    pub(crate) impressions: Option<typed::Count>,
    #[command(flatten)]
    pub(crate) terms: typed::Terms,
}

pub(crate) async fn run(args: Avails, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.ask_wait;
    seam::with_session_about(context, [], async |session| avails(session, wait, &args).await).await
}

async fn avails(
    session: &mut impl Session,
    wait: Duration,
    args: &Avails,
) -> Result<Reply, Failure> {
    let names = some_sellers(session.state(), &args.seller)?;
    let single = args.seller.len() == 1;
    let (flight_start, flight_end) = args.terms.flight(session.now())?;
    let mut partial = Vec::new();
    let wanted = wanted(session, wait, (&names, single), args, &mut partial).await;
    let identity = args.terms.identity(&session.state().setup.identity);
    let said = args.impressions.as_ref().and_then(|count| count.said("--impressions"));
    typed::say(said.as_slice());
    let impressions = args.impressions.as_ref().map(|count| count.number);
    out::progress(&format!("asking {} sellers for avails …", wanted.len()));
    let mut asked = Vec::new();
    for (seller, product_ids) in wanted {
        let identity = identity.clone();
        let ask = AvailsAsk { product_ids, impressions, flight_start, flight_end, identity };
        let refused = session.command(desk::Command::AskAvails(seller.clone(), ask));
        match refused.first() {
            Some(_) if single => allowed(&refused)?,
            Some(refusal) => partial.push(Missing::refused(&seller, refusal)),
            None => asked.push(seller),
        }
    }
    let asking =
        |state: &State| state.in_flight.values().any(|flight| flight.purpose == Purpose::Avails);
    session.until(wait, |state| !asking(state)).await;
    let items = came(session.state(), &asked, single, &mut partial)?;
    reply(session, AvailsListDoc { flight_start, flight_end, impressions, items, partial })
}

/// Whom to ask for what. One seller that is named is asked for what was typed, where its catalogue knows
/// neither an id nor a name like it.
async fn wanted(
    session: &mut impl Session,
    wait: Duration,
    (names, single): (&[SellerName], bool),
    args: &Avails,
    partial: &mut Vec<Missing>,
) -> Vec<(SellerName, Vec<ProductId>)> {
    if single {
        let known = |id: &String| {
            let id = ProductId::from(id.as_str());
            names.iter().all(|name| session.state().sellers[name].product(&id).is_some())
        };
        if !args.product.iter().all(known) {
            kit::refresh(session, wait, names).await;
        }
        let id_of = |typed: &String| {
            let sought = Sought::Product(typed);
            let found = targets(session.state(), names, sought, &mut Vec::new()).into_iter().next();
            found.map_or_else(|| ProductId::from(typed.as_str()), |target| target.product_id)
        };
        let ids: Vec<_> = args.product.iter().map(id_of).collect();
        return names.iter().map(|name| (name.clone(), ids.clone())).collect();
    }
    kit::refresh(session, wait, names).await;
    let mut wanted: Vec<_> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
    for product in &args.product {
        let found = targets(session.state(), names, Sought::Product(product), partial);
        for target in found {
            if let Some((_, ids)) = wanted.iter_mut().find(|(name, _)| *name == target.seller) {
                ids.push(target.product_id);
            }
        }
    }
    wanted.retain(|(_, ids)| !ids.is_empty());
    wanted
}

/// What the sellers that were asked said; one that is asked alone fails with its own words.
fn came(
    state: &State,
    asked: &[SellerName],
    single: bool,
    partial: &mut Vec<Missing>,
) -> Result<Vec<AvailsDoc>, Failure> {
    let mut items = Vec::new();
    for name in asked {
        let Some(seller) = state.sellers.get(name) else { continue };
        match &seller.avails {
            Some((_, Ok(list))) => items.extend(list.iter().map(|avails| {
                let product = seller.product(&avails.product_id);
                AvailsDoc::new(name, product.map(|product| product.name.clone()), avails)
            })),
            Some((_, Err(error))) if single => {
                return Err(Failure::of_seller("asking for avails", name, error));
            }
            None if single => {
                let says = format!("{name} did not answer in time");
                let cure = "the question binds nobody: ask again";
                return Err(Failure::new(Exit::NotSent, says, cure).coded("timeout"));
            }
            Some((_, Err(error))) => partial.push(Missing::new(name, error)),
            None => partial.push(Missing::late(name, "no answer in time")),
        }
    }
    Ok(items)
}

fn reply(session: &impl Session, body: AvailsListDoc) -> Result<Reply, Failure> {
    let mut table = Table::new(&[
        "SELLER",
        "PRODUCT",
        "STATUS",
        "THEIRS",
        ">AVAILABLE",
        ">GUARANTEED",
        ">LIST CPM",
        ">COST",
        "WHY NOT",
    ]);
    for item in &body.items {
        table.row([
            item.seller.clone(),
            ids::shown(&item.product_id).into_owned(),
            item.status.to_string(),
            known(item.raw_status.clone()),
            known(item.available_impressions),
            known(item.guaranteed_impressions),
            known(item.estimated_cpm.clone()),
            known(item.total_cost.clone()),
            item.reason.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    let exit = exit_of(body.items.len(), &body.partial);
    let words = words_of(&body.partial);
    let document = Document::new(session.state().setup.mode, session.now(), body);
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::tests::schema;
    use crate::{
        cli::fake::{Fake, Says, error, product, setup},
        domain::{
            Answer, Ask, Avails as Could, AvailsStatus, Cost, Cpm, ErrorKind, Identity, Tier,
        },
    };

    const WAIT: Duration = Duration::from_mins(1);

    fn could(asked: &AvailsAsk, available: u64) -> Could {
        Could {
            product_id: asked.product_ids[0].clone(),
            available: Some(available),
            guaranteed: None,
            estimated_cpm: Some(Cpm::usd(24.into())),
            total_cost: Some(Cost::usd(6_000.into())),
            status: AvailsStatus::of(Some(available), asked.impressions),
            raw_status: String::new(),
            reason: None,
            flight_start: None,
            flight_end: None,
            targeting: Vec::new(),
        }
    }

    fn asked(sellers: &[&str], products: &[&str]) -> Avails {
        Avails {
            seller: sellers.iter().map(|name| (*name).to_owned()).collect(),
            product: products.iter().map(|id| (*id).to_owned()).collect(),
            impressions: Some(500_000.into()),
            terms: typed::Terms::default(),
        }
    }

    /// `a` has part of it under its own id, `b` cannot be asked, `c` does not have the product.
    fn three() -> Fake {
        Fake::new(setup(&["a", "b", "c"]), |seller, ask| match (ask, seller.as_str()) {
            (Ask::Packages, _) => Says::Answer(Answer::Packages(Vec::new())),
            (Ask::Products, "c") => Says::Answer(Answer::Products(Vec::new())),
            (Ask::Products, name) => {
                Says::Answer(Answer::Products(vec![product(&format!("p-{name}"), "CTV Sports")]))
            }
            (Ask::Avails(asked), "a") => {
                assert_eq!(asked.product_ids, ["p-a".into()], "its own id");
                assert_eq!(asked.identity, Identity::default(), "more than it may be told");
                Says::Answer(Answer::Avails(vec![could(asked, 250_000)]))
            }
            (_, _) => Says::Error(error(ErrorKind::Unsupported, 0, "no_avails")),
        })
    }

    #[tokio::test]
    async fn every_seller_that_has_it_is_asked_and_the_others_are_named_with_the_reason() {
        let mut fake = three();
        let asked = Avails {
            terms: typed::Terms { reveal: Some(Tier::Public), ..typed::Terms::default() },
            ..asked(&[], &["ctv sports"])
        };
        let reply = avails(&mut fake, WAIT, &asked).await.unwrap();
        let document = schema::check("avails", &reply.json);
        let item = &document["items"][0];
        assert_eq!((&item["seller"], &item["status"]), (&"a".into(), &"partial".into()));
        assert_eq!((&item["total_cost"], &item["currency"]), (&"6000.00".into(), &"USD".into()));
        assert_eq!(item["raw_status"], serde_json::Value::Null);
        let partial = document["partial"].as_array().unwrap();
        let reasons: Vec<_> =
            partial.iter().map(|missing| (&missing["seller"], &missing["error"])).collect();
        let (b, c) = (("b".into(), "no_avails".into()), ("c".into(), "no_product".into()));
        assert_eq!(reasons, [(&c.0, &c.1), (&b.0, &b.1)]);
        assert_eq!(reply.exit, Exit::Done);
    }

    #[tokio::test]
    async fn one_seller_is_asked_by_name_too_and_the_name_is_told() {
        for typed in ["p-a", "CTV Sports"] {
            let mut fake = three();
            let asked = Avails {
                terms: typed::Terms { reveal: Some(Tier::Public), ..typed::Terms::default() },
                ..asked(&["a"], &[typed])
            };
            let reply = avails(&mut fake, WAIT, &asked).await.unwrap();
            let item = &schema::check("avails", &reply.json)["items"][0];
            assert_eq!(
                (&item["product_id"], &item["product_name"]),
                (&"p-a".into(), &"CTV Sports".into())
            );
        }
    }

    #[tokio::test]
    async fn one_seller_fails_with_its_own_words_and_what_makes_no_sense_is_not_asked() {
        let mut fake = three();
        let failed = avails(&mut fake, WAIT, &asked(&["b"], &["p-1"])).await.unwrap_err();
        assert_eq!((failed.exit, failed.code.as_deref()), (Exit::Configuration, Some("no_avails")));
        let backwards = Avails {
            terms: typed::Terms {
                start: typed::day("2026-07-31").ok(),
                end: typed::day("2026-07-01").ok(),
                reveal: None,
            },
            ..asked(&["a"], &["p-a"])
        };
        let refused = avails(&mut fake, WAIT, &backwards).await.unwrap_err();
        assert_eq!((refused.exit, refused.code.as_deref()), (Exit::Usage, Some("flight")));
        let mut silent = Fake::new(setup(&["a"]), |_, _| Says::Nothing);
        let late = avails(&mut silent, WAIT, &asked(&["a"], &["p-a"])).await.unwrap_err();
        assert_eq!((late.exit, late.code.as_deref()), (Exit::NotSent, Some("timeout")));
    }
}
