//! The product that is wanted, found in another seller's catalogue: by its id only where that seller
//! gave the id, else by its name, else not at all.
//!
//! An id that came from one seller means nothing to another, and must never be sent there. A v1
//! seller mints new ids at every restart (wire/iab.md section 8, no. 11): then the name finds the
//! product again.

use std::collections::BTreeSet;

use super::{Product, ProductId, SellerName};

/// What is wanted, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The seller whose product it is; `None` where only a name is known.
    pub from: Option<SellerName>,
    /// That seller's id for it.
    pub product_id: Option<ProductId>,
    /// Its name.
    pub name: Option<String>,
    /// `video`, `display`, `ctv`, …: two products of one name but not of one kind are not the same.
    pub inventory_type: Option<String>,
}

impl Wanted {
    /// A product out of a seller's catalogue.
    pub fn product(from: &SellerName, product: &Product) -> Self {
        Self {
            from: Some(from.clone()),
            product_id: Some(product.product_id.clone()),
            name: Some(product.name.clone()),
            inventory_type: Some(product.inventory_type.clone()).filter(|kind| !kind.is_empty()),
        }
    }

    /// What a person typed: an id of any one seller, or a name.
    pub fn typed(text: &str) -> Self {
        let (product_id, name) = (Some(text.into()), Some(text.to_owned()));
        Self { product_id, name, ..Self::default() }
    }
}

/// How a product was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum By {
    /// By the id that this seller gave.
    Id,
    /// By its name.
    Name,
    /// By its name, because the seller no longer knows its own id: it has minted new ones.
    NewId,
    /// By words in its name.
    Words,
}

/// A product that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The product.
    pub product: &'a Product,
    /// How.
    pub by: By,
}

/// Why a seller is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmatched {
    /// It has nothing like it.
    #[error("it has no product called {0:?}")]
    NoSuch(String),
    /// The id is not in its catalogue, and no name is known to look for.
    #[error("it does not know the id {0}, and no name is known to look for")]
    NoName(ProductId),
    /// Several products are called so.
    #[error("it has several products called {0:?}: {1}")]
    Several(String, String),
    /// It has one of this name but of another kind.
    #[error("its {0:?} is {1}, not {2}")]
    OtherKind(String, String, String),
    /// No product has all these words.
    #[error("no product of it has the words {0:?}")]
    NoWords(String),
}

/// Finds what is wanted in the catalogue of `seller`.
pub fn find<'a>(
    wanted: &Wanted,
    seller: &SellerName,
    catalogue: &'a [Product],
) -> Result<Found<'a>, Unmatched> {
    // A typed id has no owner: whoever has it in its own catalogue gave it.
    let is_theirs = wanted.from.as_ref().is_none_or(|from| from == seller);
    let id = wanted.product_id.as_ref().filter(|_| is_theirs);
    if let Some(product) = id.and_then(|id| catalogue.iter().find(|one| one.product_id == *id)) {
        return Ok(Found { product, by: By::Id });
    }
    let Some(name) = wanted.name.as_deref().filter(|name| !key(name).is_empty()) else {
        let id = wanted.product_id.clone().unwrap_or_else(|| "".into());
        return Err(Unmatched::NoName(id));
    };
    let by = if wanted.from.is_some() && id.is_some() { By::NewId } else { By::Name };
    let mut named = catalogue.iter().filter(|one| key(&one.name) == key(name)).peekable();
    let Some(first) = named.peek().copied() else {
        return Err(Unmatched::NoSuch(name.to_owned()));
    };
    let fits = |one: &&Product| {
        let kind = wanted.inventory_type.as_deref();
        kind.is_none_or(|kind| one.inventory_type.is_empty() || is_kind(one, kind))
    };
    let fitting: Vec<_> = named.filter(fits).collect();
    match fitting.as_slice() {
        [product] => Ok(Found { product, by }),
        [] => Err(Unmatched::OtherKind(
            first.name.clone(),
            first.inventory_type.clone(),
            wanted.inventory_type.clone().unwrap_or_default(),
        )),
        several => {
            let ids: Vec<_> = several.iter().map(|one| one.product_id.to_string()).collect();
            Err(Unmatched::Several(name.to_owned(), ids.join(", ")))
        }
    }
}

/// The product that has all the words in its name or as its kind; of several the one whose name says
/// least beside them, then the first in the catalogue.
pub fn by_words<'a>(words: &str, catalogue: &'a [Product]) -> Result<Found<'a>, Unmatched> {
    let none = || Unmatched::NoWords(words.to_owned());
    let wanted: BTreeSet<String> = key(words).split(' ').map(str::to_owned).collect();
    if key(words).is_empty() {
        return Err(none());
    }
    let has_all = |one: &&Product| {
        let name = key(&one.name);
        wanted.iter().all(|word| name.contains(word.as_str()) || is_kind(one, word))
    };
    let said = |one: &&Product| key(&one.name).split(' ').count();
    let product = catalogue.iter().filter(has_all).min_by_key(said).ok_or_else(none)?;
    Ok(Found { product, by: By::Words })
}

fn is_kind(product: &Product, kind: &str) -> bool {
    key(&product.inventory_type) == key(kind)
}

/// A name without what people and sellers write differently: case, dashes, points, double spaces.
fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn product(id: &str, name: &str, kind: &str) -> Product {
        Product {
            product_id: id.into(),
            name: name.into(),
            description: String::new(),
            inventory_type: kind.into(),
            base_cpm: None,
            floor_cpm: None,
            deal_types: vec![],
            available_impressions: None,
        }
    }

    fn catalogue() -> Vec<Product> {
        vec![
            product("p-1", "CTV — Prime Sports :30", "ctv"),
            product("p-2", "Display Run of Site", "display"),
            product("p-3", "Live", "ctv"),
            product("p-4", "Live", "video"),
            product("p-5", "Sports", "display"),
        ]
    }

    #[test]
    fn ids_stay_with_the_seller_that_gave_them() {
        let (catalogue, kit) = (catalogue(), SellerName::from("harbor"));
        let wanted = |from: &str, id: &str, name: &str, kind: &str| Wanted {
            from: (!from.is_empty()).then(|| from.into()),
            product_id: (!id.is_empty()).then(|| id.into()),
            name: (!name.is_empty()).then(|| name.into()),
            inventory_type: (!kind.is_empty()).then(|| kind.into()),
        };
        for (wanted, expected) in [
            (wanted("harbor", "p-2", "", ""), Ok(("p-2", By::Id))),
            (wanted("", "p-2", "p-2", ""), Ok(("p-2", By::Id))),
            (wanted("other", "p-2", "Prime Sports", ""), Err("it has no product called")),
            (wanted("other", "p-2", "ctv prime  sports 30", ""), Ok(("p-1", By::Name))),
            (wanted("other", "p-2", "", ""), Err("it does not know the id p-2")),
            (wanted("harbor", "gone", "display run-of-site", ""), Ok(("p-2", By::NewId))),
            (wanted("other", "x", "Live", ""), Err("it has several products called")),
            (wanted("other", "x", "Live", "Video"), Ok(("p-4", By::Name))),
            (wanted("other", "x", "Sports", "ctv"), Err("its \"Sports\" is display, not ctv")),
            (Wanted::typed("live"), Err("it has several products called")),
            (Wanted::typed("p-5"), Ok(("p-5", By::Id))),
        ] {
            let found = find(&wanted, &kit, &catalogue);
            match expected {
                Ok((id, by)) => {
                    let found = found.unwrap();
                    assert_eq!(
                        (found.product.product_id.as_str(), found.by),
                        (id, by),
                        "{wanted:?}"
                    );
                }
                Err(words) => {
                    let error = found.unwrap_err().to_string();
                    assert!(error.starts_with(words), "{wanted:?}: {error}");
                }
            }
        }
    }

    #[test]
    fn words_find_the_name_that_says_least_beside_them() {
        let catalogue = catalogue();
        for (words, id) in
            [("sports", "p-5"), ("sports ctv", "p-1"), ("PRIME", "p-1"), ("live", "p-3")]
        {
            assert_eq!(by_words(words, &catalogue).unwrap().product.product_id.as_str(), id);
        }
        for words in ["", " — ", "radio"] {
            assert!(by_words(words, &catalogue).is_err(), "{words}");
        }
    }

    proptest! {
        #[test]
        fn no_id_of_another_seller_is_ever_found(id in "p-[1-5]", name in "[A-Za-z ]{0,12}") {
            let catalogue = catalogue();
            let wanted = Wanted {
                from: Some("other".into()), product_id: Some(id.as_str().into()),
                name: Some(name.clone()), inventory_type: None,
            };
            if let Ok(found) = find(&wanted, &"harbor".into(), &catalogue) {
                prop_assert_eq!(key(&found.product.name), key(&name));
            }
        }
    }
}
