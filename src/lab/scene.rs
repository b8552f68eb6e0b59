//! The scenes of the lab: which product is quoted at which price, how low the seller would really go,
//! and what others ask. A scene is drawn from (seed, seller, run) alone, and every strategy plays it.

use rust_decimal::Decimal;

use crate::{
    domain::Tier,
    sim::iab::{Moves, NegotiationState, Spec, base_price, decimal, max_rounds, priced},
};

/// One negotiation before its first offer. Prices are dollars CPM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// Where the talks stand, with the private reserve of this run.
    pub(crate) stand: NegotiationState,
    /// What was quoted.
    pub quoted: Decimal,
    /// What the seller really will not go under; no strategy is shown it.
    pub lowest: Decimal,
    /// The best live price of another seller.
    pub best_other: Decimal,
    /// The next best one.
    pub cover: Decimal,
    /// The key of its chance.
    pub(crate) key: u64,
}

/// Something that is quoted.
#[derive(Debug, Clone, Copy)]
struct Lot {
    quoted: f64,
    base: f64,
    floor: f64,
    lowest: f64,
}

/// A seller as the lab plays against it.
#[derive(Debug, Clone)]
pub struct Ground {
    /// What it is called.
    pub name: String,
    /// One word for its behaviour.
    pub behaviour: String,
    pub(crate) moves: Moves,
    template: NegotiationState,
    lots: Vec<Lot>,
    key: u64,
}

/// Impressions that are quoted: one below and one above the reference's first volume discount.
const IMPRESSIONS: [i64; 2] = [1_000_000, 6_000_000];

/// Mixes 64 bits (the finalizer of `SplitMix64`).
fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A share of one, keyed: 0 up to, never reaching, 1.
pub(crate) fn share(key: u64, which: u64) -> f64 {
    let bits = mixed(key ^ mixed(which)) >> 32;
    f64::from(u32::try_from(bits).unwrap_or(0)) / 4_294_967_296.0
}

impl Ground {
    /// A seller with what it quotes to the lowest tier from agency up that it talks with. `product` is
    /// one product's id; without it all that can be talked about are drawn from. `None` if nothing is.
    pub fn new(spec: &Spec, product: Option<&str>, seed: u64) -> Option<Self> {
        let tier = spec.negotiation.from.max(Tier::Agency);
        let talked = spec.products.iter().filter(|one| {
            one.negotiable
                && !one.on_request
                && one.deal_types.iter().any(|kind| spec.negotiation.deal_types.contains(kind))
                && product.is_none_or(|id| one.product_id == id)
        });
        let lots: Vec<Lot> = talked
            .flat_map(|one| IMPRESSIONS.map(|impressions| (one, impressions)))
            .map(|(one, impressions)| {
                let quoted = priced(spec, one, tier, impressions);
                let base = base_price(spec, one, tier, quoted);
                let (floor, lowest) = (one.floor, one.lowest());
                let number = crate::sim::iab::double;
                Lot { quoted, base, floor: number(floor), lowest: number(lowest) }
            })
            .collect();
        let first = lots.first()?;
        let template = NegotiationState {
            tier,
            dialect: spec.dialect,
            base: first.base,
            floor: first.floor,
            lowest: first.lowest,
            last: first.base,
            cumulative: 0.0,
            round: 1,
            max_rounds: max_rounds(&spec.negotiation.moves, tier),
            waited_s: None,
        };
        let name = spec.name.clone();
        let key = name.bytes().fold(mixed(seed), |key, byte| mixed(key ^ u64::from(byte)));
        let (behaviour, moves) = (spec.behaviour.word.clone(), spec.negotiation.moves.clone());
        Some(Self { name, behaviour, moves, template, lots, key })
    }

    /// The scene of a run. The reserve lies anywhere between the published floor and as far above the
    /// seller's own as that is above the floor.
    pub fn scene(&self, run: u64) -> Option<Scene> {
        let key = mixed(self.key ^ mixed(run));
        let count = u64::try_from(self.lots.len()).ok().filter(|count| *count > 0)?;
        let lot = self.lots.get(usize::try_from(mixed(key) % count).ok()?)?;
        let reserve = lot.floor + 2.0 * (lot.lowest - lot.floor) * share(key, 1);
        let lowest = crate::sim::iab::cents(reserve).max(lot.floor);
        let stand = NegotiationState {
            base: lot.base,
            floor: lot.floor,
            lowest,
            last: lot.base,
            ..self.template
        };
        let best = lot.quoted * (0.85 + 0.25 * share(key, 2));
        let cover = best * (1.0 + 0.1 * share(key, 3));
        Some(Scene {
            stand,
            quoted: decimal(lot.quoted),
            lowest: decimal(lowest),
            best_other: decimal(best),
            cover: decimal(cover),
            key,
        })
    }
}
