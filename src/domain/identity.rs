//! Who we are to a seller, how much of it we tell, and the access tier that earns.
//!
//! Revealing is cumulative: whoever is told the agency is told the seat too. The discounts are those
//! of the IAB seller agent (public 0, seat 5, agency 10, advertiser 15 percent; wire/iab.md 4.3).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

/// How much a seller knows of the buyer, least first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    Default,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Tier {
    /// Nothing is told: price ranges only.
    #[default]
    Public,
    /// The DSP seat is told.
    Seat,
    /// The agency is told: negotiation opens.
    Agency,
    /// The advertiser is told.
    Advertiser,
}

impl Tier {
    /// The discount this tier earns at the reference seller, in percent.
    pub fn discount_pct(self) -> Decimal {
        match self {
            Self::Public => Decimal::ZERO,
            Self::Seat => Decimal::from(5),
            Self::Agency => Decimal::TEN,
            Self::Advertiser => Decimal::from(15),
        }
    }

    /// Agencies and advertisers negotiate; public and seat buyers do not (guide, "Who can negotiate?").
    pub fn may_negotiate(self) -> bool {
        self >= Self::Agency
    }
}

/// The discount for so many impressions at the reference seller, in percent, on top of the tier's.
/// Only agencies and advertisers get one (wire/iab.md 4.3).
pub fn volume_discount_pct(tier: Tier, impressions: u64) -> Decimal {
    let percent = match impressions {
        50_000_000.. => 20,
        20_000_000.. => 15,
        10_000_000.. => 10,
        5_000_000.. => 5,
        _ => 0,
    };
    if tier.may_negotiate() { Decimal::from(percent) } else { Decimal::ZERO }
}

/// The buyer as sellers may know it. Every field may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// DSP seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_id: Option<String>,
    /// Agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_id: Option<String>,
    /// Advertiser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser_id: Option<String>,
    /// Name of the DSP; told together with the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dsp_platform: Option<String>,
    /// Where our buyer agent is, for sellers that know it; told together with the seat, with a request for a
    /// quote alone. A v2 seller that does not know it gives the public tier, whatever the key is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_url: Option<String>,
}

impl Identity {
    /// The tier these fields claim; an empty text counts as absent.
    pub fn tier(&self) -> Tier {
        let has = |field: &Option<String>| field.as_deref().is_some_and(|text| !text.is_empty());
        if has(&self.advertiser_id) {
            Tier::Advertiser
        } else if has(&self.agency_id) {
            Tier::Agency
        } else if has(&self.seat_id) {
            Tier::Seat
        } else {
            Tier::Public
        }
    }

    /// What may be told where `most` is the most that is revealed.
    #[must_use]
    pub fn revealed(&self, most: Tier) -> Self {
        let keep = |tier: Tier, field: &Option<String>| {
            (most >= tier).then(|| field.clone().filter(|text| !text.is_empty())).flatten()
        };
        Self {
            seat_id: keep(Tier::Seat, &self.seat_id),
            agency_id: keep(Tier::Agency, &self.agency_id),
            advertiser_id: keep(Tier::Advertiser, &self.advertiser_id),
            dsp_platform: keep(Tier::Seat, &self.dsp_platform),
            agent_url: keep(Tier::Seat, &self.agent_url),
        }
    }

    /// The fields that are present, as they are named on the wire.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("seat_id", &self.seat_id),
            ("agency_id", &self.agency_id),
            ("advertiser_id", &self.advertiser_id),
            ("dsp_platform", &self.dsp_platform),
            ("agent_url", &self.agent_url),
        ]
        .into_iter()
        .filter_map(|(name, field)| Some((name, field.as_deref()?)))
    }

    /// What goes with a move or a booking, and into a quote's own block of names: all but the address of
    /// our agent.
    #[must_use]
    pub fn without_agent(&self) -> Self {
        Self { agent_url: None, ..self.clone() }
    }

    /// Whether nothing at all is told.
    pub fn is_empty(&self) -> bool {
        self.fields().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revealing_is_cumulative_and_an_empty_field_is_absent() {
        let whole = Identity {
            seat_id: Some("seat-1".into()),
            agency_id: Some("agency-1".into()),
            advertiser_id: Some(String::new()),
            dsp_platform: Some("ttd".into()),
            agent_url: Some("https://agent.example".into()),
        };
        assert!(whole.without_agent().fields().all(|(name, _)| name != "agent_url"));
        assert_eq!(whole.tier(), Tier::Agency);
        for (most, tier, told) in [
            (Tier::Public, Tier::Public, 0),
            (Tier::Seat, Tier::Seat, 3),
            (Tier::Agency, Tier::Agency, 4),
            (Tier::Advertiser, Tier::Agency, 4),
        ] {
            let revealed = whole.revealed(most);
            assert_eq!((revealed.tier(), revealed.fields().count()), (tier, told), "{most}");
        }
    }
}
