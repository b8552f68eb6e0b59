//! The catalogue: in one piece (v1) or in pages (v2), from sellers that may ignore how we ask.

use std::collections::BTreeSet;

use super::{Iab, heard, map, part, sound, wire};
use crate::{
    domain::{Answer, ErrorKind, Heard, Product, SellerError},
    sellers::http::{Call, Reply},
};

/// The largest page that a v2 seller hands out.
const PAGE: usize = 500;

/// The most products that are read; a catalogue that claims more is not read at all.
const MOST_PRODUCTS: usize = 20_000;

impl Iab {
    /// The whole catalogue. It also tells the dialect, where that is not known.
    pub(super) async fn products(&self) -> Heard {
        let first = self.http.call(Call::get("/products")).await;
        let page = first.result.as_ref().ok().and_then(|reply| Self::page(reply).ok());
        if let Ok(reply) = &first.result
            && !self.detector.learn(reply)
            && self.detector.known().is_none()
        {
            // What came of it is told with the next question that needs it.
            let _ = self.detector.dialect(&self.http).await;
        }
        let mut whole = heard(first, |reply| Ok(Answer::Products(Self::page(reply)?.0)));
        let Some((mut products, total)) = page else { return whole };
        let mut known: BTreeSet<_> = products.iter().map(|one| one.product_id.clone()).collect();
        while products.len() < total && whole.result.is_ok() {
            if total > MOST_PRODUCTS {
                whole.result = Err(too_many(total));
                return whole;
            }
            let query = format!("limit={PAGE}&offset={}", products.len());
            let told = self.http.call(Call::get("/products").with_query(query)).await;
            let read = told.result.and_then(|reply| Self::page(&reply));
            whole.exchange = told.exchange;
            match read {
                Ok((page, _)) => {
                    let before = products.len();
                    let new = page.into_iter().filter(|one| known.insert(one.product_id.clone()));
                    products.extend(new);
                    if products.len() == before {
                        break;
                    }
                }
                Err(error) => whole.result = Err(error),
            }
        }
        whole.result = whole.result.map(|_| Answer::Products(products));
        whole
    }

    /// The products of one page, and how many there are in all.
    fn page(reply: &Reply) -> Result<(Vec<Product>, usize), SellerError> {
        let wire: wire::ProductList = part(reply)?;
        let total = wire.total_count.count().ok().unwrap_or(0);
        let products = sound(reply, map::products(&wire))?;
        Ok((products, usize::try_from(total).unwrap_or(usize::MAX)))
    }
}

fn too_many(total: usize) -> SellerError {
    SellerError {
        http_status: 200,
        ..SellerError::transport(
            ErrorKind::TooLarge,
            "too_large",
            format!("its catalogue has {total} products; at most {MOST_PRODUCTS} are read"),
            "search its packages instead, or ask its people for a smaller catalogue",
        )
    }
}
