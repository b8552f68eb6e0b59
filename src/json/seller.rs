//! A seller as configured and as it does.

use jiff::Timestamp;
use serde::Serialize;

use super::{At, Exit, check::Finding};
use crate::{
    desk::{Health, SellerState},
    domain::{Skew, Tier},
};

/// A seller.
#[derive(Debug, Serialize)]
pub(crate) struct SellerDoc {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) protocol: String,
    /// What it turned out to speak, else as it is configured.
    pub(crate) dialect: String,
    /// How that was found out; `null` where it was not.
    pub(crate) found_by: Option<String>,
    /// `up`, `down` or `unknown`.
    pub(crate) status: &'static str,
    /// What it calls us, by its newest quote.
    pub(crate) tier: Option<String>,
    /// When it said so, where that was kept from before; `null` where it was heard just now, or never.
    pub(crate) tier_at: Option<At>,
    /// Its clock against ours.
    pub(crate) skew_ms: Option<i64>,
    pub(crate) last_seen: Option<At>,
    pub(crate) error: Option<String>,
    /// How we show ourselves, masked.
    pub(crate) auth: String,
    /// The most it is told of us.
    pub(crate) reveal: String,
    /// What it calls itself.
    pub(crate) says_it_is: Option<String>,
}

/// What was learnt of a seller.
#[derive(Debug, Serialize)]
pub(crate) struct Known {
    pub(crate) seller: String,
    pub(crate) url: String,
    /// `v1`, `v2`; `null` where it is not known.
    pub(crate) dialect: Option<String>,
    pub(crate) found_by: Option<String>,
    /// The tier it gives our key.
    pub(crate) tier: Option<String>,
    /// Its clock against ours lies within these.
    pub(crate) skew: Option<Skew>,
    /// The middle of its answers' times.
    pub(crate) latency_ms: Option<u64>,
    pub(crate) checks: Vec<Finding>,
    /// What the first failed check comes to.
    #[serde(skip)]
    pub(crate) exit: Exit,
}

/// What `sellers add` prints.
#[derive(Debug, Serialize)]
pub(crate) struct AddDoc {
    #[serde(flatten)]
    pub(crate) known: Known,
    /// The lines for the configuration.
    pub(crate) block: String,
    /// The file they were written to; `null` where they were not.
    pub(crate) written: Option<String>,
}

impl SellerDoc {
    pub(crate) fn new(seller: &SellerState) -> Self {
        let (info, spoke) = (&seller.info, seller.spoke.as_ref());
        let status = match seller.health {
            Health::Unknown if seller.last_error.is_some() => "down",
            Health::Unknown => "unknown",
            Health::Up | Health::Degraded => "up",
            Health::Down => "down",
        };
        let error = seller.last_error.as_ref().filter(|_| seller.failures > 0 || status == "down");
        Self {
            name: info.name.0.clone(),
            url: info.url.clone(),
            protocol: info.protocol.clone(),
            dialect: spoke.map_or(&info.dialect, |spoke| &spoke.dialect).clone(),
            found_by: spoke.map(|spoke| spoke.found_by.clone()),
            status,
            tier: seller.tier.map(|tier| tier.to_string()),
            tier_at: None,
            skew_ms: seller.skew().map(crate::domain::Skew::middle_ms),
            last_seen: seller.last_ok.map(At),
            error: error.map(|(_, error)| error.to_string()),
            auth: info.auth.clone(),
            reveal: info.reveal.to_string(),
            says_it_is: seller.card.as_ref().and_then(|card| super::told(&card.name)),
        }
    }

    /// With the tier that it gave us before, and when.
    #[must_use]
    pub(crate) fn with_tier(self, tier: Tier, at: Timestamp) -> Self {
        Self { tier: Some(tier.to_string()), tier_at: Some(At(at)), ..self }
    }
}
