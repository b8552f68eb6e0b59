//! What the desk makes of what sellers sent: whether a price is proved, how quotes that were asked for
//! together rank, and what was bought with a deal. The rules are in `domain`; what they are held
//! against is gathered here, once for every face.

use jiff::Timestamp;

use super::{DealRecord, QuoteRecord, State};
use crate::domain::{
    Cpm, Currency, Limits, Outcome, Proof, Quote, QuoteAsk, QuoteRef, QuoteStatus, SellerName,
    activation::Bought,
    identity::volume_discount_pct,
    proof,
    proof::{
        Known,
        sum::{self, Beside},
    },
    ranking,
    ranking::{Assumptions, CompareRow, Compared, Ranking},
};

/// What we know ourselves of a quote's price.
pub fn known(state: &State, record: &QuoteRecord) -> Known {
    let seller = state.sellers.get(&record.quote.seller);
    let products = seller.and_then(|seller| seller.products.as_deref()).unwrap_or_default();
    let packages = seller.and_then(|seller| seller.packages.as_deref()).unwrap_or_default();
    Known {
        told: Some(record.ask.identity.tier()),
        target: record.ask.target_cpm,
        agreed: record.agreed,
        kit: proof::KitPrice::of(&record.quote.product, products, packages),
    }
}

/// What the inventory of a quote is called: by the quote, by the seller's catalogue when it came, and by
/// the catalogue now. A seller may use different words for the same. What no catalogue names may be
/// anything that there is a limit for.
pub fn kinds<'s>(state: &'s State, quote: &'s Quote) -> Vec<&'s str> {
    let mut kinds = vec![quote.product.inventory_type.as_str()];
    let listed = listed_as(state, quote);
    if listed.is_empty() {
        kinds.extend(limited_kinds(&state.setup.limits));
    }
    kinds.extend(listed);
    kinds
}

/// What the seller's catalogue calls it, when the quote came and now; nothing where that is not known.
fn listed_as<'s>(state: &'s State, quote: &'s Quote) -> Vec<&'s str> {
    let record = state.quote(&quote.reference());
    let seller = state.sellers.get(&quote.seller);
    let asked = record.map(|record| &record.ask.product_id);
    let ids = [Some(&quote.product.product_id), asked];
    let listed = ids.into_iter().flatten().filter_map(|id| seller?.product(id));
    let words = listed.map(|product| product.inventory_type.as_str());
    let known = record.and_then(|record| record.listed_as.as_deref());
    known.into_iter().chain(words).filter(|word| !word.is_empty()).collect()
}

/// The kinds of inventory that have a CPM limit of their own.
fn limited_kinds(limits: &Limits) -> impl Iterator<Item = &str> {
    let names = limits.cpm.keys().map(String::as_str);
    names.filter(|name| *name != "default" && !limits.sellers.contains(*name))
}

/// Whether limits rest on what the seller's catalogue says of a quote's product, and it says nothing.
pub fn is_unlisted(state: &State, quote: &Quote) -> bool {
    let own = state.setup.limits.cpm.contains_key(quote.seller.as_str());
    !own && limited_kinds(&state.setup.limits).next().is_some()
        && listed_as(state, quote).is_empty()
}

/// Whether a quote cannot be judged before its seller's catalogue was read: by which limit it falls, or in
/// which currency its product was offered.
pub fn needs_catalogue(state: &State, record: &QuoteRecord) -> bool {
    let quote = &record.quote;
    let seller = state.sellers.get(&quote.seller);
    let is_read = seller.is_some_and(|seller| seller.products.is_some());
    let quoted = quote.pricing.final_cpm.map(|cpm| cpm.currency());
    let is_foreign = quoted.is_some_and(|quoted| quoted != state.setup.limits.currency);
    !is_read && (is_unlisted(state, quote) || (is_foreign && record.offered_in().is_none()))
}

/// The price of a quote with its parts, in one line that adds up.
pub fn price_in_words(record: &QuoteRecord) -> String {
    let (negotiated, target) = (record.agreed, record.ask.target_cpm);
    sum::in_words(&record.quote.pricing, Beside { negotiated, target, changed: false })
}

/// The same of a deal, as its seller has it now.
pub fn deal_price_in_words(record: &DealRecord) -> String {
    let agreed = record.agreed;
    let negotiated = record.first_quoted.is_some_and(|first| !first.is_same(&agreed));
    let told = record.deal.pricing.cpm();
    let beside = Beside {
        negotiated: negotiated.then_some(agreed),
        target: None,
        changed: told.is_some_and(|told| !told.is_same(&agreed)),
    };
    sum::in_words(&record.deal.pricing, beside)
}

/// The price proof of a quote.
pub fn prove(state: &State, record: &QuoteRecord) -> Proof {
    proof::prove(&record.quote, &known(state, record))
}

/// The highest target that is worth sending: the price that the seller would ask without one, as quoted
/// before on the same terms, else what its published price makes with the discounts that running
/// sellers give. Sellers take a higher one as it stands (wire/iab.md 4.3). `None` where it is not known.
pub fn highest_target(state: &State, seller: &SellerName, ask: &QuoteAsk) -> Option<Cpm> {
    let same = state.lately(seller).rev().find(|record| {
        record.ask.product_id == ask.product_id
            && record.ask.impressions == ask.impressions
            && record.ask.identity == ask.identity
    });
    if let Some(price) = same.and_then(|record| proof::computed(&record.quote.pricing)) {
        return Some(price);
    }
    let product = state.sellers.get(seller)?.product(&ask.product_id)?;
    discounted(state, seller, ask, product.base_cpm.or(product.floor_cpm)?)
}

/// What a seller's product would cost by its own list price with the discounts that running sellers give to
/// the tier that we tell; `None` where its list price is not known.
pub fn list_price_for_us(state: &State, seller: &SellerName, ask: &QuoteAsk) -> Option<Cpm> {
    let product = state.sellers.get(seller)?.product(&ask.product_id)?;
    discounted(state, seller, ask, product.base_cpm?)
}

fn discounted(state: &State, seller: &SellerName, ask: &QuoteAsk, list: Cpm) -> Option<Cpm> {
    let known = state.sellers.get(seller)?;
    // A seller whose key for us says more than we tell gives more.
    let tier = ask.identity.tier().max(known.tier.unwrap_or_default());
    let volume = volume_discount_pct(tier, ask.impressions.unwrap_or_default());
    proof::highest_target(list, tier.discount_pct(), volume)
}

/// What is assumed of prices: what a private auction clears at is the limits' `auction_factor`, so
/// that ranking and limits never assume two things.
pub fn assumptions(state: &State) -> Assumptions {
    let limits = &state.setup.limits;
    Assumptions {
        auction_uplift: limits.auction_factor,
        rates: limits.rates(),
        ..Assumptions::default()
    }
}

/// Why a quote cannot be booked, if so.
pub fn out(record: &QuoteRecord) -> Option<ranking::Unranked> {
    use ranking::Unranked;
    if record.replaced_by.is_some() {
        return Some(Unranked::Replaced);
    }
    if record.deal.is_some() || record.holds_money() {
        return Some(Unranked::Booked);
    }
    if record.let_go {
        return Some(Unranked::LetGo);
    }
    let outcome = record.negotiation.as_ref().map(|game| game.outcome);
    if outcome == Some(Outcome::WalkedAway) {
        return Some(Unranked::Left);
    }
    match record.quote.status {
        QuoteStatus::Available => None,
        QuoteStatus::Booked => Some(Unranked::Booked),
        QuoteStatus::Expired => Some(Unranked::Expired),
        QuoteStatus::Declined => Some(Unranked::Declined),
        QuoteStatus::Other => Some(Unranked::Other),
    }
}

/// Ranks quotes by what they cost in effect, in the currency of the limits.
pub fn rank(state: &State, records: &[&QuoteRecord], now: Timestamp) -> Ranking {
    rank_at(state, records, (QuoteRecord::price, out), state.setup.limits.currency, now)
}

/// Ranks quotes by what they cost in effect at the price that is taken for each, if none is out.
pub(super) fn rank_at(
    state: &State,
    records: &[&QuoteRecord],
    (price, out): (
        impl Fn(&QuoteRecord) -> Option<Cpm>,
        impl Fn(&QuoteRecord) -> Option<ranking::Unranked>,
    ),
    currency: Currency,
    now: Timestamp,
) -> Ranking {
    let candidates: Vec<_> = records
        .iter()
        .map(|record| ranking::Candidate {
            quote: &record.quote,
            price: price(record),
            left: state.left(record, now),
            out: out(record),
        })
        .collect();
    ranking::rank(&candidates, &assumptions(state), currency)
}

/// Quotes side by side, field by field, with their proofs and where they rank among each other.
pub fn compare(
    state: &State,
    records: &[&QuoteRecord],
    ranking: &Ranking,
    now: Timestamp,
) -> Vec<CompareRow> {
    let proofs: Vec<_> = records.iter().map(|record| prove(state, record)).collect();
    let compared: Vec<_> = records
        .iter()
        .zip(&proofs)
        .map(|(record, proof)| Compared {
            quote: &record.quote,
            agreed: record.agreed,
            ranked: ranking.row(&record.reference()),
            proof,
            left: state.left(record, now),
        })
        .collect();
    ranking::compare(&compared)
}

/// What was bought with a deal, to hold its block, a DSP's export or a bid request against.
pub fn bought(state: &State, record: &DealRecord) -> Bought {
    let deal = &record.deal;
    let quote = deal.quote_id.clone().map(|quote_id| QuoteRef::new(deal.seller.clone(), quote_id));
    let asked = quote.and_then(|quote| state.quote(&quote)).map(|quoted| (&quoted.ask).into());
    let seat = state.setup.identity.seat_id.clone();
    Bought { asked, seat, ..Bought::of(deal, record.agreed) }
}
