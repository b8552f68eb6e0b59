//! The OpenRTB deal block: what a DSP needs to buy on a deal, and what its numbers mean.
//!
//! Source: OpenRTB 2.6, `imp.pmp.deals[]` (wire/openrtb-deals.md). `at` has no default: absent means
//! that the request's auction type is inherited.

use serde::{Deserialize, Serialize};

use super::{Cpm, DealType};

/// A deal block as the seller sent it; the verbatim JSON is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRtb {
    /// `id`: what the DSP targets.
    pub id: String,
    /// `bidfloor` with `bidfloorcur`: minimum bid, CPM.
    pub bidfloor: Option<Cpm>,
    /// `at`: auction type, never defaulted.
    pub at: Option<u32>,
    /// `wseat`: seats that may bid; empty is no restriction.
    pub wseat: Vec<String>,
    /// `wadomain`: advertiser domains that may bid; empty is no restriction.
    pub wadomain: Vec<String>,
    /// `guar`: 1 is guaranteed (since 2.6-202309).
    pub guar: Option<u32>,
}

/// One field of the block in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Its name on the wire.
    pub field: &'static str,
    /// What it means.
    pub words: String,
    /// Whether a person should look at it before activating.
    pub doubt: bool,
}

impl OpenRtb {
    /// Every field in words, with a doubt where the block and the terms that were bought disagree.
    pub fn decoded(&self, deal_type: Option<DealType>, agreed: Option<Cpm>) -> Vec<Decoded> {
        let plain = super::ids::is_plain(&self.id);
        let floor_fits = match (self.bidfloor, agreed) {
            (Some(floor), Some(agreed)) => floor.is_same(&agreed),
            _ => false,
        };
        vec![
            Decoded {
                field: "id",
                words: if plain {
                    format!("{} goes into the DSP's deal targeting", self.id)
                } else {
                    format!("{} has characters that cannot be seen", super::ids::shown(&self.id))
                },
                doubt: !plain,
            },
            Decoded {
                field: "bidfloor",
                words: match (self.bidfloor, agreed) {
                    (Some(floor), Some(_)) if floor_fits => format!("{floor} is the agreed price"),
                    (Some(floor), Some(agreed)) => format!("{floor} is not the agreed {agreed}"),
                    (Some(floor), None) => format!("{floor}, nothing agreed to compare it with"),
                    (None, _) => "not sent: ask the seller for the floor".to_owned(),
                },
                doubt: !floor_fits,
            },
            self.auction_type(deal_type),
            Decoded {
                field: "wseat",
                words: list(&self.wseat, "any seat may bid: no seats are named"),
                doubt: false,
            },
            Decoded {
                field: "wadomain",
                words: list(&self.wadomain, "any advertiser domain: none is named"),
                doubt: false,
            },
        ]
    }

    /// What an `at` means, in words.
    pub fn auction_words(at: Option<u32>) -> String {
        match at {
            None => "not sent: the request's auction type holds".to_owned(),
            Some(1) => "1, first price auction".to_owned(),
            Some(2) => "2, second price plus auction".to_owned(),
            Some(3) => "3, the floor is the agreed deal price".to_owned(),
            Some(other) => format!("{other}, defined by the exchange"),
        }
    }

    fn auction_type(&self, deal_type: Option<DealType>) -> Decoded {
        let says = Self::auction_words(self.at);
        let (against, doubt) = match (deal_type, self.at) {
            (Some(DealType::Guaranteed | DealType::Preferred), Some(1 | 2)) => {
                ("; the terms say fixed price, which OpenRTB writes as 3", true)
            }
            (Some(DealType::Auction | DealType::Curated), Some(3)) => {
                ("; the terms say auction, which OpenRTB writes as 1 or 2", true)
            }
            _ => ("", false),
        };
        Decoded { field: "at", words: format!("{says}{against}"), doubt }
    }
}

fn list(names: &[String], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_auction_type_is_read_as_openrtb_defines_it() {
        let block = |at| OpenRtb {
            id: "D-1".into(),
            bidfloor: Some(Cpm::usd(10.into())),
            at,
            wseat: vec![],
            wadomain: vec![],
            guar: None,
        };
        for (kind, at, doubt) in [
            (DealType::Guaranteed, Some(3), false),
            (DealType::Guaranteed, Some(1), true),
            (DealType::Preferred, Some(1), true),
            (DealType::Preferred, None, false),
            (DealType::Auction, Some(3), true),
            (DealType::Auction, Some(1), false),
        ] {
            let decoded = block(at).decoded(Some(kind), Some(Cpm::usd(10.into())));
            let found = decoded.iter().find(|d| d.field == "at").unwrap();
            assert_eq!(found.doubt, doubt, "{kind} at {at:?}: {}", found.words);
        }
    }

    #[test]
    fn a_floor_that_is_not_the_agreed_price_is_doubtful() {
        let block = OpenRtb {
            id: "D\u{200b}1".into(),
            bidfloor: Some(Cpm::usd(11.into())),
            at: Some(3),
            wseat: vec!["s1".into()],
            wadomain: vec![],
            guar: None,
        };
        let doubtful: Vec<_> = block
            .decoded(Some(DealType::Preferred), Some(Cpm::usd(10.into())))
            .into_iter()
            .filter(|d| d.doubt)
            .map(|d| d.field)
            .collect();
        assert_eq!(doubtful, ["id", "bidfloor"]);
    }
}
