//! `quote request`: one seller for a product, or every seller that has it.

use std::time::Duration;

use super::targets::{Sought, Target, targets};
use crate::{
    cli::{
        exit::Exit,
        fail::Failure,
        kit,
        missing::{exit_of, words_of},
        out::{self, Shown},
        port::{Session, allowed, some_sellers},
        reply::Reply,
        typed,
    },
    desk::{self, Fact, QuoteRecord, State, judge, log::What, state::InFlight},
    domain::{
        Cpm, DealType, ProductId, QuoteAsk, QuoteStatus, RfqId, SellerError, SellerName, ids,
        money::typed::Understood, ranking::Ranked,
    },
    json::{
        Document, Missing,
        quote::{QuoteDoc, RequestedDoc, RfqDoc},
    },
};

/// `quote request`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Request {
    /// Ask this seller; give it again for several [default: every seller that has the product]
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Vec<String>,
    /// The product's id, or its name where several sellers are asked
    #[arg(long, value_name = "ID", required_unless_present = "query")]
    pub(crate) product: Option<String>,
    /// Words in the product's name, instead of an id
    #[arg(long, value_name = "WORDS", conflicts_with = "product")]
    pub(crate) query: Option<String>,
    /// PG (guaranteed), PD (preferred) or PA (private auction)
    #[arg(long = "type", value_name = "TYPE", default_value_t = DealType::USUAL, value_parser = typed::deal_type)]
    pub(crate) kind: DealType,
    /// Impressions; PG needs them
    #[arg(long, value_name = "N", value_parser = typed::impressions)]
    pub(crate) impressions: Option<typed::Count>,
    /// What you would like to pay: a hint to the seller
    #[arg(long, value_name = "CPM", value_parser = typed::price)]
    pub(crate) target_cpm: Option<typed::Given>,
    #[command(flatten)]
    pub(crate) terms: typed::Terms,
}

pub(super) async fn request(
    session: &mut impl Session,
    wait: Duration,
    request: &Request,
) -> Result<Reply, Failure> {
    let names = some_sellers(session.state(), &request.seller)?;
    let limits = session.state().setup.limits.currency;
    let target_cpm = request
        .target_cpm
        .as_ref()
        .map(|given| given.cpm("--target-cpm", given.currency().unwrap_or(limits)));
    let target_cpm = target_cpm.transpose()?;
    let understood = understood(request, target_cpm);
    typed::say(&understood);
    let mut partial = Vec::new();
    let single = request.seller.len() == 1 && request.product.is_some();
    let targets = if let (Some(product), true) = (&request.product, single) {
        if request.target_cpm.is_some() {
            // A target is held against the list price, so that has to be known.
            kit::refresh(session, wait, &names).await;
        }
        let product_id = ProductId::from(product.as_str());
        // A seller that has no such id is looked through for a product of that name.
        let is_id = session.state().sellers[&names[0]].product(&product_id).is_some();
        let product_name = (!is_id).then(|| product.clone());
        vec![Target { seller: names[0].clone(), product_id, product_name }]
    } else {
        kit::refresh(session, wait, &names).await;
        let words = request.query.as_deref().unwrap_or_default();
        let sought = request.product.as_deref().map_or(Sought::Words(words), Sought::Product);
        targets(session.state(), &names, sought, &mut partial)
    };
    // Every request has one, so that its quotes are told from another process's.
    let rfq = RfqId(format!("rfq-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]));
    let (flight_start, flight_end) = request.terms.flight(session.now())?;
    let setup = &session.state().setup;
    let identity = request.terms.identity(&setup.identity);
    out::progress(&format!("asking {} sellers for a price …", targets.len()));
    let mut asked = Vec::new();
    for target in targets {
        let ask = QuoteAsk {
            product_id: target.product_id,
            product_name: target.product_name,
            deal_type: request.kind,
            impressions: request.impressions.as_ref().map(|count| count.number),
            flight_start,
            flight_end,
            target_cpm,
            identity: identity.clone(),
            currency: None,
        };
        let seller = target.seller.clone();
        let refused = session.command(desk::Command::RequestQuote {
            seller: seller.clone(),
            ask,
            rfq: Some(rfq.clone()),
        });
        match refused.first() {
            Some(_) if single => allowed(&refused)?,
            Some(refusal) => partial.push(Missing::refused(&seller, refusal)),
            None => asked.push(seller),
        }
    }
    session.until(wait, |state| !is_asking(state, &rfq)).await;
    if single {
        return one(session, &rfq, &names[0], understood);
    }
    several(session, rfq, &asked, (partial, understood))
}

/// What of the options is no plain figure, with what it is read as.
fn understood(request: &Request, target: Option<Cpm>) -> Vec<Understood> {
    let target = request.target_cpm.as_ref().zip(target);
    let target =
        target.and_then(|(given, cpm)| given.said("--target-cpm", cpm.amount(), cpm.currency()));
    let count = request.impressions.as_ref().and_then(|count| count.said("--impressions"));
    count.into_iter().chain(target).collect()
}

fn is_asking(state: &State, wanted: &RfqId) -> bool {
    let mut priced = state.in_flight.values().filter_map(InFlight::priced);
    priced.any(|(_, rfq)| rfq == Some(wanted))
}

fn quoted<'s>(state: &'s State, rfq: &RfqId, seller: &SellerName) -> Option<&'s QuoteRecord> {
    let mut of_rfq = state.quotes_at(state.places.together(rfq)).rev();
    of_rfq.find(|record| record.quote.seller == *seller)
}

/// Why a seller did not quote.
fn failed(state: &State, wanted: &RfqId, name: &SellerName) -> Option<SellerError> {
    state.log.lines().iter().rev().find_map(|line| {
        let What::Fact(entry) = &line.what else { return None };
        let Fact::QuoteFailed { seller, error, rfq: Some(rfq), .. } = &entry.fact else {
            return None;
        };
        (seller == name && rfq == wanted).then(|| error.clone())
    })
}

fn one(
    session: &impl Session,
    rfq: &RfqId,
    seller: &SellerName,
    understood: Vec<Understood>,
) -> Result<Reply, Failure> {
    let state = session.state();
    let Some(record) = quoted(state, rfq, seller) else {
        return Err(failed(state, rfq, seller).map_or_else(
            || {
                let says = format!("{seller} did not answer in time");
                Failure::new(Exit::NotSent, says, "a quote binds nobody: ask again")
                    .coded("timeout")
            },
            |error| Failure::of_seller("asking for a quote", seller, &error),
        ));
    };
    if record.quote.status == QuoteStatus::Declined {
        let id = ids::shown(record.quote.quote_id.as_str());
        let error = desk::declined(&record.quote);
        return Err(Failure::of_seller(&format!("asking for a quote ({id})"), seller, &error));
    }
    let now = session.now();
    let quote = QuoteDoc::of(state, record, now);
    let text = super::text(&quote);
    let document = RequestedDoc { quote, understood };
    Reply::new(&Document::new(state.setup.mode, now, document), Shown::Text(text))
}

fn several(
    session: &impl Session,
    rfq: RfqId,
    asked: &[SellerName],
    (mut partial, understood): (Vec<Missing>, Vec<Understood>),
) -> Result<Reply, Failure> {
    let (state, now) = (session.state(), session.now());
    let mut came = Vec::new();
    for seller in asked {
        match (quoted(state, &rfq, seller), failed(state, &rfq, seller)) {
            (Some(record), _) => {
                if record.quote.status == QuoteStatus::Declined {
                    partial.push(Missing::new(seller, &desk::declined(&record.quote)));
                }
                came.push(record);
            }
            (None, Some(error)) => partial.push(Missing::new(seller, &error)),
            (None, None) => partial.push(Missing::late(seller, "no answer in time")),
        }
    }
    let ranking = judge::rank(state, &came, now);
    let in_order = ranking.rows.iter().filter_map(|row| Some((state.quote(&row.quote)?, row)));
    let items: Vec<_> =
        in_order.map(|(record, row)| QuoteDoc::of(state, record, now).ranked(Some(row))).collect();
    let id = |row: Option<&Ranked>| row.map(|row| row.quote.quote_id.0.clone());
    let (best, cover) = (id(ranking.best()), id(ranking.cover()));
    let table = super::table(&items);
    let quoted = came.iter().filter(|record| record.quote.status != QuoteStatus::Declined);
    let exit = exit_of(quoted.count(), &partial);
    let mut words = words_of(&partial);
    if ranking.rows.iter().any(|row| row.effective.is_some_and(|effective| effective.is_assumed()))
    {
        let factor = judge::assumptions(state).auction_uplift.normalize();
        words.push(format!(
            "* effective: the floor of a private auction is taken {factor} times, which is an assumption"
        ));
    }
    let body = RfqDoc { rfq: rfq.0, items, best, cover, partial, understood };
    let document = Document::new(state.setup.mode, now, body);
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}
