//! Names of things, kept verbatim as the seller spelled them.
//!
//! A quote or deal id is only unique within its seller (sellers are told apart by the desk's own
//! name for them), so whatever is stored or looked up goes by [`QuoteRef`] and [`DealRef`].

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text, verbatim.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            /// Shown escaped where it is not printable ASCII, so that two ids that look alike differ.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&shown(&self.0))
            }
        }
    )+ };
}

ids! {
    /// The desk's own name for a seller, from the configuration.
    SellerName;
    /// A seller's quote id (`qt-…`).
    QuoteId;
    /// A seller's Deal ID: what goes into the DSP and into OpenRTB.
    DealId;
    /// A seller's product id.
    ProductId;
    /// A seller's media kit package id.
    PackageId;
    /// A seller's insertion order id (`ORD-…`).
    OrderId;
    /// A seller's id of a request to change an order (`CR-…`).
    ChangeId;
    /// Quotes asked for one need together (`rfq-…`), minted by the desk.
    RfqId;
    /// A booking ticket (`tk-…`), minted by the desk.
    TicketId;
    /// An armed trigger (`tr-…`), minted by the desk.
    TriggerId;
}

/// An id as a person may see it: verbatim if it is printable ASCII, otherwise escaped.
pub fn shown(id: &str) -> std::borrow::Cow<'_, str> {
    if is_plain(id) { id.into() } else { id.escape_default().to_string().into() }
}

/// Whether an id is printable ASCII without spaces. Others are shown escaped and flagged.
pub fn is_plain(id: &str) -> bool {
    id.bytes().all(|b| b.is_ascii_graphic())
}

/// One quote of one seller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QuoteRef {
    /// Whose quote it is.
    pub seller: SellerName,
    /// The seller's id for it.
    pub quote_id: QuoteId,
}

impl QuoteRef {
    /// The quote `quote_id` of `seller`.
    pub fn new(seller: impl Into<SellerName>, quote_id: impl Into<QuoteId>) -> Self {
        Self { seller: seller.into(), quote_id: quote_id.into() }
    }
}

/// One deal of one seller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DealRef {
    /// Whose deal it is.
    pub seller: SellerName,
    /// The seller's id for it.
    pub deal_id: DealId,
}

impl DealRef {
    /// The deal `deal_id` of `seller`.
    pub fn new(seller: impl Into<SellerName>, deal_id: impl Into<DealId>) -> Self {
        Self { seller: seller.into(), deal_id: deal_id.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_ids_are_shown_escaped_and_kept_verbatim() {
        let id = DealId::from("DEAL\u{202e}1");
        assert_eq!(id.as_str(), "DEAL\u{202e}1");
        assert_eq!(id.to_string(), "DEAL\\u{202e}1");
        assert_eq!(DealId::from("NL-26-00417").to_string(), "NL-26-00417");
    }
}
