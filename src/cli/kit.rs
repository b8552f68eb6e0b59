//! `kit list|show|search|products`: what sellers have on offer at our tier.

use std::time::Duration;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    missing::{exit_of, words_of},
    out::{self, Shown},
    port::{Session, sellers},
    reply::Reply,
    seam,
    table::{Table, known},
};
use crate::{
    desk::{self, SellerState, State},
    domain::{Ask, Package, SellerError, SellerName},
    json::{
        Document, Items, Missing,
        kit::{CatalogDoc, PackageDoc},
    },
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List packages
    List(List),
    /// Show one package
    Show(Show),
    /// Search packages by words
    Search(Search),
    /// List the products one can be quoted on
    Products(Which),
}

/// Which sellers.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Which {
    /// Of this seller; give it again for several [default: all]
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Vec<String>,
}

/// `kit list`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Only what the seller features
    #[arg(long)]
    pub(crate) featured: bool,
}

/// `kit show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The package's id, or SELLER/ID, or the seller's name and then the id
    #[arg(value_name = "ID")]
    pub(crate) package_id: String,
    /// The package's id, where the seller's name stands before it
    #[arg(value_name = "ID OF SELLER", conflicts_with = "seller")]
    pub(crate) of_seller: Option<String>,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// `kit search`.
#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What to look for
    pub(crate) words: String,
    #[command(flatten)]
    pub(crate) which: Which,
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.ask_wait;
    seam::with_session_about(context, [], async |session| match command {
        Command::List(list) => self::list(session, wait, &list).await,
        Command::Show(show) => self::show(session, wait, &show).await,
        Command::Search(search) => self::search(session, wait, &search).await,
        Command::Products(which) => products(session, wait, &which).await,
    })
    .await
}

/// Reads the kits of `names` again. Sellers that have not answered in time keep what they had.
pub(crate) async fn refresh(session: &mut impl Session, wait: Duration, names: &[SellerName]) {
    out::progress(&format!("reading {} kits …", names.len()));
    for name in names {
        // A refusal can only say that the seller is not configured, and these are.
        let _ = session.command(desk::Command::RefreshKit(name.clone()));
    }
    let asking = |state: &State| {
        state.in_flight.values().any(|flight| {
            matches!(flight.ask, Ask::Packages | Ask::Products) && names.contains(&flight.seller)
        })
    };
    session.until(wait, |state| !asking(state)).await;
}

/// What each seller gave, or why not.
fn gather<T>(
    state: &State,
    names: &[SellerName],
    of: impl Fn(&SellerState) -> Result<Vec<T>, Option<SellerError>>,
) -> (Vec<T>, Vec<Missing>) {
    let (mut items, mut partial) = (Vec::new(), Vec::new());
    for name in names {
        let Some(seller) = state.sellers.get(name) else { continue };
        match of(seller) {
            Ok(found) => items.extend(found),
            Err(Some(error)) => partial.push(Missing::new(name, &error)),
            Err(None) => partial.push(Missing::late(name, "no answer in time")),
        }
    }
    (items, partial)
}

fn reply_of_packages(
    session: &impl Session,
    answered: usize,
    items: Vec<PackageDoc>,
    partial: Vec<Missing>,
) -> Result<Reply, Failure> {
    let mut table = Table::new(&[
        "SELLER",
        "PACKAGE",
        "NAME",
        "FORMATS",
        ">PRICE",
        "CUR",
        "NEGOTIABLE",
        "PRICE OF",
    ]);
    for item in &items {
        let negotiable = item.negotiation_enabled.map(|yes| if yes { "yes" } else { "no" });
        table.row([
            item.seller.clone(),
            item.package_id.clone(),
            item.name.clone(),
            item.ad_formats.join(","),
            known(item.exact_price.clone().or_else(|| item.price_range.clone())),
            item.currency.clone().unwrap_or_else(|| "–".to_owned()),
            known(negotiable),
            priced_of(item),
        ]);
    }
    let (exit, words) = (exit_of(answered, &partial), words_of(&partial));
    let mode = session.state().setup.mode;
    let document = Document::new(mode, session.now(), Items { items, partial });
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}

/// The documents of a seller's packages, priced as what it takes us for.
fn documents<'p>(
    state: &State,
    seller: &SellerState,
    packages: impl Iterator<Item = &'p Package>,
) -> Vec<PackageDoc> {
    let tier = state.setup.identity.revealed(seller.info.reveal).tier();
    packages.map(|package| PackageDoc::new(seller, package, tier)).collect()
}

fn packages_of(seller: &SellerState) -> Result<&[Package], Option<SellerError>> {
    match (&seller.packages, &seller.kit_error) {
        // A kit that is older than the failure to read it again is not shown as today's.
        (_, Some(error)) => Err(Some(error.clone())),
        (Some(packages), None) => Ok(packages),
        (None, None) => Err(None),
    }
}

pub(crate) async fn list(
    session: &mut impl Session,
    wait: Duration,
    list: &List,
) -> Result<Reply, Failure> {
    let names = sellers(session.state(), &list.which.seller)?;
    refresh(session, wait, &names).await;
    let (items, partial) = gather(session.state(), &names, |seller| {
        let packages = packages_of(seller)?.iter().filter(|p| p.featured || !list.featured);
        Ok(documents(session.state(), seller, packages))
    });
    let reply = reply_of_packages(session, names.len() - partial.len(), items, partial)?;
    Ok(reply.with_words(without_packages(session.state(), &names)))
}

/// Sellers that sell by product alone, and where those are.
fn without_packages(state: &State, names: &[SellerName]) -> Option<String> {
    let is_bare = |name: &&SellerName| {
        let seller = state.sellers.get(*name);
        seller.is_some_and(|seller| seller.packages.as_ref().is_some_and(Vec::is_empty))
    };
    let bare: Vec<_> = names.iter().filter(is_bare).map(SellerName::as_str).collect();
    let flags: String = bare.iter().flat_map(|name| [" --seller ", name]).collect();
    (!bare.is_empty()).then(|| {
        let has = if bare.len() == 1 { "has" } else { "have" };
        format!(
            "{} {has} no packages: what can be quoted is listed by `dealdesk kit products{flags}`",
            bare.join(", ")
        )
    })
}

pub(crate) async fn search(
    session: &mut impl Session,
    wait: Duration,
    search: &Search,
) -> Result<Reply, Failure> {
    let names = sellers(session.state(), &search.which.seller)?;
    out::progress(&format!("asking {} sellers …", names.len()));
    for name in &names {
        // As above: these sellers are configured.
        let _ = session.command(desk::Command::Search(name.clone(), search.words.clone()));
    }
    let ask = Ask::Search(search.words.clone());
    session.until(wait, |state| !state.in_flight.values().any(|flight| flight.ask == ask)).await;
    let (items, partial) = gather(session.state(), &names, |seller| match &seller.found {
        Some((words, Ok(found))) if *words == search.words => {
            Ok(documents(session.state(), seller, found.iter()))
        }
        Some((words, Err(error))) if *words == search.words => Err(Some(error.clone())),
        Some(_) | None => Err(None),
    });
    reply_of_packages(session, names.len() - partial.len(), items, partial)
}

pub(crate) async fn show(
    session: &mut impl Session,
    wait: Duration,
    show: &Show,
) -> Result<Reply, Failure> {
    let (names, package_id) = named(session.state(), show)?;
    refresh(session, wait, &names).await;
    let state = session.state();
    let mut found: Vec<PackageDoc> = Vec::new();
    for seller in names.iter().filter_map(|name| state.sellers.get(name)) {
        let packages = seller.packages.iter().flatten();
        let packages = packages.filter(|package| package.package_id.as_str() == package_id);
        found.extend(documents(state, seller, packages));
    }
    let shown = crate::domain::ids::shown(package_id);
    if found.len() > 1 {
        let says = format!("several sellers have a package {shown}");
        return Err(Failure::usage(says, "say whose: --seller NAME"));
    }
    let Some(package) = found.pop() else {
        let (_, partial) = gather(state, &names, |seller| packages_of(seller).map(<[_]>::to_vec));
        let exit = if partial.len() < names.len() { Exit::NotFound } else { exit_of(0, &partial) };
        if let Some(failure) = product_called(state, &names, package_id) {
            return Err(failure);
        }
        let mut says = format!("no seller that answered has a package {shown} at your tier");
        for words in words_of(&partial) {
            says = format!("{says}\n{words}");
        }
        return Err(Failure::new(exit, says, "`dealdesk kit list` names them"));
    };
    let text = text_of(&package);
    let document = Document::new(state.setup.mode, session.now(), package);
    Reply::new(&document, Shown::Text(text))
}

/// What was taken for a package is a product: what to type for it.
fn product_called(state: &State, names: &[SellerName], id: &str) -> Option<Failure> {
    let sellers = names.iter().filter_map(|name| state.sellers.get(name));
    let mut having = sellers.filter(|seller| {
        seller.products.iter().flatten().any(|product| product.product_id.as_str() == id)
    });
    let (name, shown) = (&having.next()?.info.name, crate::domain::ids::shown(id));
    let says = format!("{shown} is a product of {name}, not a package");
    let cure = format!(
        "`dealdesk kit products --seller {name}` lists it, `dealdesk quote request --seller {name} \
         --product {shown}` asks for its price"
    );
    Some(Failure::new(Exit::NotFound, says, cure).coded("product"))
}

/// Whose package is meant: a seller that is named before its id, those that are named beside it, or all.
fn named<'a>(state: &State, show: &'a Show) -> Result<(Vec<SellerName>, &'a str), Failure> {
    let typed = show.package_id.as_str();
    if let Some(id) = &show.of_seller {
        return Ok((sellers(state, &[typed.to_owned()])?, id));
    }
    match typed.split_once('/') {
        Some((seller, id)) if state.sellers.contains_key(&SellerName::from(seller)) => {
            Ok((vec![seller.into()], id))
        }
        Some(_) | None => Ok((sellers(state, &show.which.seller)?, typed)),
    }
}

/// What the price is for: one product, or a blend of several.
fn priced_of(package: &PackageDoc) -> String {
    package
        .blend
        .clone()
        .filter(|_| package.exact_price.is_some())
        .unwrap_or_else(|| "–".to_owned())
}

fn text_of(package: &PackageDoc) -> String {
    let currency = known(package.currency.clone());
    let amount = |price: &Option<String>| price.as_ref().map(|price| format!("{price} {currency}"));
    let (price, floor) = (amount(&package.exact_price), amount(&package.floor_price));
    let unknown = || known::<String>(None);
    let mut lines = vec![
        format!("{}  {}  ({})", package.package_id, package.name, package.seller),
        format!("formats     {}", package.ad_formats.join(", ")),
        format!("price       {}", price.or(package.price_range.clone()).unwrap_or_else(unknown)),
    ];
    let blend = package.blend.iter().filter(|_| package.exact_price.is_some());
    lines.extend(blend.map(|words| format!("            {words}")));
    lines.push(format!("floor       {}", floor.unwrap_or_else(unknown)));
    lines.extend(package.description.clone());
    lines.extend(package.placements.iter().map(|placement| {
        format!("product     {}  {}", placement.product_id, known(placement.product_name.clone()))
    }));
    if !package.withheld.is_empty() {
        lines.push(format!("withheld at your tier: {}", package.withheld.join(", ")));
    }
    lines.join("\n")
}

pub(crate) async fn products(
    session: &mut impl Session,
    wait: Duration,
    which: &Which,
) -> Result<Reply, Failure> {
    let names = sellers(session.state(), &which.seller)?;
    refresh(session, wait, &names).await;
    let (items, partial) = gather(session.state(), &names, |seller| {
        let products = match (&seller.products, &seller.products_error) {
            (_, Some(error)) => return Err(Some(error.clone())),
            (Some(products), None) => products,
            (None, None) => return Err(None),
        };
        Ok(products.iter().map(|product| CatalogDoc::new(&seller.info.name, product)).collect())
    });
    let mut table =
        Table::new(&["SELLER", "PRODUCT", "NAME", "TYPE", ">BASE", ">FLOOR", "CUR", "DEALS"]);
    for item in &items {
        table.row([
            item.seller.clone(),
            item.product_id.clone(),
            item.name.clone(),
            known(item.inventory_type.clone()),
            known(item.base_cpm.clone()),
            known(item.floor_cpm.clone()),
            known(item.currency.clone()),
            item.deal_types.join(","),
        ]);
    }
    let exit = exit_of(names.len() - partial.len(), &partial);
    let words = words_of(&partial);
    let mode = session.state().setup.mode;
    let document = Document::new(mode, session.now(), Items { items, partial });
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}
