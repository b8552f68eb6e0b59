//! The checks of a price proof, one for each thing that a price is held against.

use rust_decimal::Decimal;
use strum::IntoEnumIterator as _;

use super::{
    Finding, Known, Priced, Verdict, Words, cents, computed, exact_of, is_rounding, price_of,
};
use crate::domain::{Cpm, Tier, money::plain_in};

/// The least a running seller charges per thousand, in its currency (wire/iab.md 4.3).
const LEAST: Decimal = Decimal::ONE;

/// Half a dollar: kits word their ranges in whole dollars.
const HALF_A_DOLLAR: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

/// A proof under way.
pub(super) struct Checks<'a> {
    priced: Priced<'a>,
    known: &'a Known,
    computed: Option<Cpm>,
    words: Option<Words>,
    findings: Vec<Finding>,
    notes: Vec<String>,
}

impl<'a> Checks<'a> {
    pub(super) fn new(priced: Priced<'a>, known: &'a Known) -> Self {
        let words = Words::read(&priced.pricing.rationale);
        let computed = computed(priced.pricing);
        Self { priced, known, computed, words, findings: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn done(self) -> (Vec<Finding>, Vec<String>) {
        (self.findings, self.notes)
    }

    fn find(&mut self, verdict: Verdict, says: String, should_be: Option<Cpm>) {
        let theirs = self.priced.pricing.cpm();
        let difference = should_be.and_then(|should_be| theirs?.minus(&should_be));
        let worth = difference.and_then(|difference| {
            Some(Cpm::new(difference, theirs?.currency()).cost(self.priced.impressions?))
        });
        self.findings.push(Finding { verdict, says, should_be, difference, worth });
    }

    /// Their final price against the one worked out.
    pub(super) fn sum(&mut self) {
        let pricing = self.priced.pricing;
        let Some(theirs) = pricing.cpm() else {
            let on_request = || "no price was told: it is on request".to_owned();
            let says = pricing.other_unit().unwrap_or_else(on_request);
            return self.find(Verdict::Missing, says, None);
        };
        let wanted = self.wanted(theirs);
        let Some(ours) = self.computed else {
            let says = format!("{}, so the price cannot be worked out", self.lack());
            let (verdict, says) = match wanted {
                Some(what) => (Verdict::Target, format!("{theirs} is {what}; {says}")),
                None => (Verdict::Missing, says),
            };
            return self.find(verdict, says, None);
        };
        let Some(difference) = theirs.minus(&ours) else {
            let (list, price) = (ours.currency(), theirs.currency());
            let says = format!("the list price is in {list} and the final price in {price}");
            return self.find(Verdict::Sum, says, None);
        };
        if theirs.is_same(&ours) {
            let says = format!("{} follows from its parts to the cent", theirs.plain());
            return self.find(Verdict::Match, says, Some(ours));
        }
        if let Some(what) = wanted {
            let says = if difference > Decimal::ZERO {
                format!(
                    "{theirs} is {what}; without it the price would be {}, {} less",
                    ours.plain(),
                    plain_in(difference, theirs.currency())
                )
            } else {
                format!("{theirs} is {what}; the price without it would be {}", ours.plain())
            };
            return self.find(Verdict::Target, says, Some(ours));
        }
        if ours.amount() < LEAST && theirs.amount() == LEAST {
            let says = format!("{theirs} is the least this seller charges");
            return self.find(Verdict::Match, says, Some(theirs));
        }
        if is_rounding(self.priced.pricing, theirs) {
            let says = format!(
                "{} is {} but for rounding: exactly it is {}",
                theirs.plain(),
                ours.plain(),
                exact_of(self.priced.pricing).map_or_else(String::new, |exact| exact.plain())
            );
            return self.find(Verdict::Rounding, says, Some(ours));
        }
        let says = format!(
            "the parts make {}, they charge {}: {} {}",
            ours.plain(),
            theirs.plain(),
            plain_in(difference.abs(), theirs.currency()),
            if difference > Decimal::ZERO { "too much" } else { "in your favour" }
        );
        self.find(Verdict::Sum, says, Some(ours));
    }

    /// The price we named ourselves that `theirs` is, in words.
    fn wanted(&self, theirs: Cpm) -> Option<String> {
        // Dialect v2 carries micros.
        let is = |ours: Option<Cpm>| {
            ours.and_then(|ours| theirs.minus(&ours)).is_some_and(|gap| gap.round_dp(6).is_zero())
        };
        if is(self.known.agreed) {
            Some("the price that was agreed".to_owned())
        } else if is(self.known.target) {
            Some("the target that was sent, and taken as it stands".to_owned())
        } else {
            None
        }
    }

    fn lack(&self) -> String {
        let pricing = self.priced.pricing;
        let parts = [
            ("the list price", pricing.base_cpm.is_none()),
            ("the tier discount", pricing.tier_discount_pct.is_none()),
            ("the volume discount", pricing.volume_discount_pct.is_none()),
        ];
        let absent: Vec<_> =
            parts.into_iter().filter(|(_, no)| *no).map(|(name, _)| name).collect();
        if absent.is_empty() {
            "the discounts are no percents of a price".to_owned()
        } else {
            format!("{} was not told", absent.join(" and "))
        }
    }

    /// The numbers against the words of the rationale.
    pub(super) fn words(&mut self) {
        let pricing = self.priced.pricing;
        let Some(words) = self.words.clone() else {
            if !pricing.rationale.is_empty() {
                self.notes.push("the rationale gives no numbers that can be read".to_owned());
            }
            return;
        };
        let mut wrong = Vec::new();
        let mut should_be = None;
        if let (Some(stated), Some(base)) = (words.base, pricing.base_cpm)
            && !stated.is_about(base.amount())
        {
            wrong.push(format!("list price {}, the quote {}", stated.0, base.plain()));
        }
        for (name, stated, percent) in [
            ("tier", words.tier_pct, pricing.tier_discount_pct),
            ("volume", words.volume_pct, pricing.volume_discount_pct),
        ] {
            match (stated, percent) {
                (Some(stated), Some(percent)) if !stated.is_about(percent) => {
                    let percent = percent.normalize();
                    wrong.push(format!("{}% off for {name}, the quote {percent}%", stated.0));
                }
                (None, Some(percent)) if words.is_whole() && !percent.is_zero() => {
                    let percent = percent.normalize();
                    wrong.push(format!("nothing off for {name}, the quote {percent}%"));
                }
                _ => {}
            }
        }
        if let (Some(named), Some(given)) = (words.tier, self.priced.given)
            && named != given
        {
            wrong.push(format!("tier {named}, the quote {given}"));
        }
        if let (Some(stated), Some(theirs)) = (words.negotiated.or(words.price), pricing.cpm()) {
            let is_theirs = stated.is_about(theirs.amount());
            // Running sellers account for the price without a target, and never mention one.
            let is_without_target = self.wanted(theirs).is_some()
                && self.computed.is_some_and(|ours| stated.is_about(ours.amount()));
            if !is_theirs && !is_without_target {
                wrong.push(format!("final price {}, the quote {}", stated.0, theirs.plain()));
                should_be = Some(Cpm::new(stated.0, theirs.currency()));
            }
        }
        if !wrong.is_empty() {
            let should_be = should_be.or(self.computed);
            self.find(Verdict::Words, format!("the words say {}", wrong.join("; ")), should_be);
        }
    }

    /// The discount against the tier that was given, and the tier against what we told.
    pub(super) fn tier(&mut self) {
        let (told, given) = (self.known.told, self.priced.given);
        let percent = self.priced.pricing.tier_discount_pct;
        let Some(entitled) = told.max(given) else { return };
        let mut wrong = Vec::new();
        match (given, percent) {
            (Some(given), Some(percent)) if percent != given.discount_pct() => {
                let (percent, earns) = (percent.normalize(), given.discount_pct());
                wrong.push(format!("tier {given} earns {earns}% off, they took off {percent}%"));
            }
            (None, Some(percent)) if percent != entitled.discount_pct() => {
                let (percent, earns) = (percent.normalize(), entitled.discount_pct());
                wrong.push(format!(
                    "we told {entitled}, which earns {earns}%; they took off {percent}%"
                ));
            }
            _ => {}
        }
        match (told, given) {
            (Some(told), Some(given)) if given < told => wrong.push(format!(
                "we told {told} and they gave {given}: they may want a key that proves it"
            )),
            (Some(told), Some(given)) if given > told => self.notes.push(format!(
                "they gave tier {given}, more than the {told} we told: our key says more of us"
            )),
            _ => {}
        }
        if wrong.is_empty() {
            return;
        }
        let says = wrong.join("; ");
        let should_be = self.at_tier(entitled);
        let theirs = self.priced.pricing.cpm();
        let is_ours = theirs.is_some_and(|theirs| self.wanted(theirs).is_some());
        let costs_nothing = theirs.zip(should_be).is_some_and(|(theirs, due)| theirs <= due);
        if is_ours && costs_nothing {
            self.notes.push(format!("{says}; the price is below that of the tier all the same"));
        } else {
            self.find(Verdict::Tier, says, should_be);
        }
    }

    fn at_tier(&self, tier: Tier) -> Option<Cpm> {
        let pricing = self.priced.pricing;
        price_of(pricing.base_cpm?, tier.discount_pct(), pricing.volume_discount_pct?)
    }

    /// The list price, and the price at our tier, against what the seller publishes.
    pub(super) fn kit(&mut self) {
        let (pricing, kit) = (self.priced.pricing, &self.known.kit);
        let Some(base) = pricing.base_cpm else { return };
        if let Some(listed) = kit.list
            && listed != base
        {
            let says = format!("the catalogue lists {listed}, the quote starts from {base}");
            return self.kit_differs(says, listed, base);
        }
        if let (Some(exact), None) = (kit.exact, kit.list) {
            let at_some_tier = Tier::iter()
                .any(|tier| price_of(base, tier.discount_pct(), Decimal::ZERO) == Some(exact));
            let tiered = pricing.tier_discount_pct.and_then(|p| price_of(base, p, Decimal::ZERO));
            if let Some(tiered) = tiered.filter(|tiered| !at_some_tier && *tiered != exact) {
                let says =
                    format!("the kit's price is {exact}, the quote's before volume {tiered}");
                self.kit_differs(says, exact, tiered);
            }
        } else if let Some((low, high)) = kit.range.as_deref().and_then(range)
            && kit.list.is_none()
            && (base.amount() < low.saturating_sub(HALF_A_DOLLAR)
                || base.amount() > high.saturating_add(HALF_A_DOLLAR))
        {
            let words = kit.range.clone().unwrap_or_default();
            let edge = if base.amount() > high { high } else { low };
            let says = format!("the kit's range is {words}, the quote starts from {base}");
            self.kit_differs(says, Cpm::new(edge, base.currency()), base);
        }
    }

    /// A dearer price than the kit's is a fault; a cheaper one is worth knowing.
    fn kit_differs(&mut self, says: String, kit: Cpm, quoted: Cpm) {
        let pricing = self.priced.pricing;
        if quoted < kit {
            return self.notes.push(format!("{says}: in your favour"));
        }
        let scaled = pricing.cpm().filter(|_| !quoted.amount().is_zero()).and_then(|theirs| {
            let gap = quoted.minus(&kit)?;
            let share = theirs.amount().checked_div(quoted.amount())?;
            let less = theirs.amount().checked_sub(gap.checked_mul(share)?)?;
            Some(Cpm::new(cents(less), theirs.currency()))
        });
        self.find(Verdict::Kit, says, scaled);
    }
}

/// `"$28-$42 CPM"` or `"$28 CPM"` as numbers.
fn range(words: &str) -> Option<(Decimal, Decimal)> {
    let mut numbers = words
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter_map(|digits| Decimal::from_str_exact(digits).ok());
    let low = numbers.next()?;
    // One number alone is the price at our tier, not a range of list prices.
    Some((low, numbers.next()?))
}
