//! API keys: who a buyer is to the seller.
//!
//! The tier of a key is the identity stored in it, which replaces the identity of a body. An
//! advertiser without its agency counts for nothing (wire/iab.md 1).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{chance::Chance, exchange::Request};
use crate::domain::{Identity, Tier};

/// Who a buyer says it is, with every field that the seller has room for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Who {
    pub(crate) seat_id: Option<String>,
    pub(crate) seat_name: Option<String>,
    pub(crate) dsp_platform: Option<String>,
    pub(crate) agency_id: Option<String>,
    pub(crate) agency_name: Option<String>,
    pub(crate) agency_holding_company: Option<String>,
    pub(crate) advertiser_id: Option<String>,
    pub(crate) advertiser_name: Option<String>,
    pub(crate) advertiser_industry: Option<String>,
    pub(crate) campaign_id: Option<String>,
    pub(crate) campaign_name: Option<String>,
}

impl Who {
    /// The tier that this identity earns.
    pub(crate) fn tier(&self) -> Tier {
        match (some(self.seat_id.as_ref()), some(self.agency_id.as_ref())) {
            (_, Some(_)) if some(self.advertiser_id.as_ref()).is_some() => Tier::Advertiser,
            (_, Some(_)) => Tier::Agency,
            (Some(_), None) => Tier::Seat,
            (None, None) => Tier::Public,
        }
    }

    /// Who it is in one text, to know the same buyer again.
    pub(crate) fn name(&self) -> String {
        match self.tier() {
            Tier::Advertiser => named("advertiser", self.advertiser_id.as_ref()),
            Tier::Agency => named("agency", self.agency_id.as_ref()),
            Tier::Seat => named("seat", self.seat_id.as_ref()),
            Tier::Public => "public".to_owned(),
        }
    }
}

fn some(field: Option<&String>) -> Option<&String> {
    field.filter(|text| !text.is_empty())
}

fn named(kind: &str, field: Option<&String>) -> String {
    format!("{kind}:{}", field.map_or("", String::as_str))
}

/// Whoever holds a good key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) who: Who,
    /// One of the seller's own people.
    pub(crate) is_operator: bool,
}

/// A key on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) who: Who,
    pub(crate) is_operator: bool,
    pub(crate) label: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) use_count: u64,
}

impl Key {
    /// Whether it opens anything at `now`; the reason where it does not.
    fn opens(&self, now: Timestamp) -> Result<(), String> {
        if self.revoked {
            return Err(format!("API key {} has been revoked", self.id));
        }
        if self.expires_at.is_some_and(|at| now >= at) {
            return Err(format!("API key {} has expired", self.id));
        }
        Ok(())
    }

    /// Whether it could be used at `now`.
    pub(crate) fn is_active(&self, now: Timestamp) -> bool {
        self.opens(now).is_ok()
    }
}

/// The keys of one seller, by secret.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    by_secret: BTreeMap<String, Key>,
    /// In the order in which they were made.
    order: Vec<String>,
}

impl Keys {
    /// The keys that a simulated seller has from the start: one for each tier that is known.
    pub(crate) fn new(chance: &Chance, now: Timestamp) -> Self {
        let mut keys = Self { by_secret: BTreeMap::new(), order: Vec::new() };
        for tier in [Tier::Seat, Tier::Agency, Tier::Advertiser] {
            if let Some(secret) = secret(chance, tier) {
                keys.add(chance, secret, known(tier), format!("{tier} key"), None, now);
            }
        }
        let secret = operator_key(chance);
        keys.add(chance, secret.clone(), Who::default(), "operator key".to_owned(), None, now);
        if let Some(key) = keys.by_secret.get_mut(&secret) {
            key.is_operator = true;
        }
        keys
    }

    fn add(
        &mut self,
        chance: &Chance,
        secret: String,
        who: Who,
        label: String,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> &Key {
        let id = format!("key-{}", chance.hex(&format!("key id {secret}"), 0, 8));
        self.order.push(secret.clone());
        self.by_secret.entry(secret.clone()).or_insert(Key {
            id,
            secret,
            who,
            is_operator: false,
            label,
            created_at: now,
            expires_at,
            revoked: false,
            last_used_at: None,
            use_count: 0,
        })
    }

    /// Makes a key that is good for `days`, or for ever.
    pub(crate) fn create(
        &mut self,
        chance: &Chance,
        who: Who,
        label: String,
        days: Option<i64>,
        now: Timestamp,
    ) -> &Key {
        let count = u64::try_from(self.order.len()).unwrap_or(u64::MAX);
        let secret = format!("ask_live_{}", chance.hex("made key", count, 40));
        let expires_at = days.map(|days| {
            now.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)))
                .unwrap_or(Timestamp::MAX)
        });
        self.add(chance, secret, who, label, expires_at, now)
    }

    /// Ends a key. Whether there was one.
    pub(crate) fn revoke(&mut self, secret: &str) -> bool {
        self.by_secret.get_mut(secret).map(|key| key.revoked = true).is_some()
    }

    /// Every key, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Key> {
        self.order.iter().filter_map(|secret| self.by_secret.get(secret))
    }

    /// Whose key a request carries: nobody's if it carries none. `X-Api-Key` goes before `Bearer`.
    /// The error is what the 401 says.
    pub(crate) fn holder(
        &mut self,
        request: &Request,
        now: Timestamp,
    ) -> Result<Option<Caller>, String> {
        let bearer = || request.header("authorization")?.strip_prefix("Bearer ");
        let Some(secret) = request.header("x-api-key").or_else(bearer) else { return Ok(None) };
        let Some(key) = self.by_secret.get_mut(secret) else {
            return Err("Invalid API key".to_owned());
        };
        key.opens(now)?;
        key.last_used_at = Some(now);
        key.use_count += 1;
        Ok(Some(Caller { who: key.who.clone(), is_operator: key.is_operator }))
    }
}

impl Keys {
    /// The keys belong to this buyer from now on, each as far as its tier knows who it is.
    pub(crate) fn belong_to(&mut self, buyer: &Identity) {
        for key in self.by_secret.values_mut().filter(|key| !key.is_operator) {
            let Identity { seat_id, agency_id, advertiser_id, dsp_platform, agent_url: _ } =
                buyer.revealed(key.who.tier());
            key.who = Who { seat_id, dsp_platform, agency_id, advertiser_id, ..Who::default() };
        }
    }
}

/// The identity behind the key of a tier: the buyer of the guide.
fn known(tier: Tier) -> Who {
    let told = |from: Tier, text: &str| (tier >= from).then(|| text.to_owned());
    Who {
        seat_id: told(Tier::Seat, "ttd-seat-123"),
        dsp_platform: told(Tier::Seat, "ttd"),
        agency_id: told(Tier::Agency, "omnicom-456"),
        advertiser_id: told(Tier::Advertiser, "coca-cola"),
        ..Who::default()
    }
}

fn secret(chance: &Chance, tier: Tier) -> Option<String> {
    (tier != Tier::Public)
        .then(|| format!("ask_live_{}", chance.hex(&format!("key {tier}"), 0, 40)))
}

/// The key of the seller's own people.
pub(crate) fn operator_key(chance: &Chance) -> String {
    format!("ask_live_{}", chance.hex("operator key", 0, 40))
}

/// The API key for `tier` at the simulated seller `name` in a run with this seed; `None` for the
/// public, who has none.
pub fn key_for(seed: u64, name: &str, tier: Tier) -> Option<String> {
    secret(&Chance::new(seed, name), tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_earns_its_tier_and_an_advertiser_alone_earns_none() {
        let who = |seat: &str, agency: &str, advertiser: &str| Who {
            seat_id: Some(seat.to_owned()),
            agency_id: Some(agency.to_owned()),
            advertiser_id: Some(advertiser.to_owned()),
            ..Who::default()
        };
        for (who, tier, name) in [
            (who("", "", ""), Tier::Public, "public"),
            (who("", "", "v"), Tier::Public, "public"),
            (who("s", "", "v"), Tier::Seat, "seat:s"),
            (who("s", "a", ""), Tier::Agency, "agency:a"),
            (who("", "a", "v"), Tier::Advertiser, "advertiser:v"),
        ] {
            assert_eq!((who.tier(), who.name()), (tier, name.to_owned()));
        }
    }
}
