//! What a path leads to.

use crate::sim::iab::spec::Dialect;

/// What a path leads to. Everything that a buyer's key may use in either dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Root,
    Health,
    OpenApi,
    Card,
    MediaKit,
    MediaKitPackages,
    MediaKitPackage(&'a str),
    Search,
    Packages,
    Package(&'a str),
    Products,
    Product(&'a str),
    /// Dialect v2 alone; in v1 it is a product that is not there.
    Avails,
    Pricing,
    Quotes,
    Quote(&'a str),
    Deals,
    Deal(&'a str),
    Proposals,
    Counter(&'a str),
    Negotiation(&'a str),
    /// Dialect v2 alone.
    Messages,
    Orders,
    Order(&'a str),
    OrderHistory(&'a str),
    OrderAudit(&'a str),
    OrderTransition(&'a str),
    Changes,
    Change(&'a str),
    ChangeReview(&'a str),
    ChangeApply(&'a str),
    Keys,
    Key(&'a str),
}

impl<'a> Route<'a> {
    /// Where `path` leads in this dialect.
    pub(crate) fn of(path: &'a str, dialect: Dialect) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let is_v2 = dialect == Dialect::V2;
        Some(match segments.as_slice() {
            [""] => Self::Root,
            ["health"] => Self::Health,
            ["openapi.json"] => Self::OpenApi,
            [".well-known", "agent.json"] => Self::Card,
            ["media-kit"] => Self::MediaKit,
            ["media-kit", "packages"] => Self::MediaKitPackages,
            ["media-kit", "packages", id] if !id.is_empty() => Self::MediaKitPackage(id),
            ["media-kit", "search"] => Self::Search,
            ["packages"] => Self::Packages,
            ["packages", id] if !id.is_empty() => Self::Package(id),
            ["products"] => Self::Products,
            ["products", "avails"] if is_v2 => Self::Avails,
            ["products", id] if !id.is_empty() => Self::Product(id),
            ["pricing"] => Self::Pricing,
            ["api", "v1", rest @ ..] => return Self::versioned(rest, is_v2),
            ["proposals"] => Self::Proposals,
            ["proposals", id, "counter"] if !id.is_empty() => Self::Counter(id),
            ["proposals", id, "negotiation"] if !id.is_empty() => Self::Negotiation(id),
            ["auth", "api-keys"] => Self::Keys,
            ["auth", "api-keys", id] if !id.is_empty() => Self::Key(id),
            _ => return None,
        })
    }

    fn versioned(segments: &[&'a str], is_v2: bool) -> Option<Self> {
        Some(match *segments {
            ["quotes"] => Self::Quotes,
            ["quotes", id] if !id.is_empty() => Self::Quote(id),
            ["deals"] => Self::Deals,
            ["deals", id] if !id.is_empty() => Self::Deal(id),
            ["negotiations", "messages"] if is_v2 => Self::Messages,
            ["orders"] => Self::Orders,
            ["orders", id] if !id.is_empty() => Self::Order(id),
            ["orders", id, "history"] if !id.is_empty() => Self::OrderHistory(id),
            ["orders", id, "audit"] if !id.is_empty() => Self::OrderAudit(id),
            ["orders", id, "transition"] if !id.is_empty() => Self::OrderTransition(id),
            ["change-requests"] => Self::Changes,
            ["change-requests", id] if !id.is_empty() => Self::Change(id),
            ["change-requests", id, "review"] if !id.is_empty() => Self::ChangeReview(id),
            ["change-requests", id, "apply"] if !id.is_empty() => Self::ChangeApply(id),
            _ => return None,
        })
    }

    /// The methods it is served with.
    pub(super) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Root
            | Self::Health
            | Self::OpenApi
            | Self::Card
            | Self::MediaKit
            | Self::MediaKitPackages
            | Self::MediaKitPackage(_)
            | Self::Packages
            | Self::Package(_)
            | Self::Products
            | Self::Product(_)
            | Self::Quote(_)
            | Self::Deal(_)
            | Self::Negotiation(_)
            | Self::Order(_)
            | Self::OrderHistory(_)
            | Self::OrderAudit(_)
            | Self::Change(_)
            | Self::Key(_) => &["GET"],
            Self::Search
            | Self::Avails
            | Self::Pricing
            | Self::Quotes
            | Self::Deals
            | Self::Proposals
            | Self::Counter(_)
            | Self::Messages
            | Self::OrderTransition(_)
            | Self::ChangeReview(_)
            | Self::ChangeApply(_) => &["POST"],
            Self::Orders | Self::Changes | Self::Keys => &["GET", "POST"],
        }
    }
}
