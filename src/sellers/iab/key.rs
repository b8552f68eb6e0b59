//! Whether our key opens the door: harmless reads with it. A media kit tells nothing, since it is
//! read without looking at keys (wire/iab.md section 1).

use rust_decimal::Decimal;
use strum::IntoEnumIterator as _;

use super::{Iab, heard, json, map, part, unsupported, wire};
use crate::{
    domain::{Answer, ErrorKind, Heard, KeyCheck, Product, SellerError, Tier, money},
    sellers::http::Call,
};

impl Iab {
    /// What the packages say to our key, and what a price does.
    pub(super) async fn check_key(&self) -> Result<Heard, SellerError> {
        if self.http.endpoint().auth.is_open() {
            return Err(unsupported(
                "no_key",
                "there is no key to check: this seller takes us for anyone",
                &format!(
                    "give it one in the configuration ({})",
                    self.http.endpoint().auth.places()
                ),
            ));
        }
        let mut told = heard(self.http.call(Call::get("/packages")).await, |reply| {
            Ok(Answer::Packages(super::sound(reply, map::packages(part(reply)?))?))
        });
        let (mut says, refused) = match &told.result {
            Ok(Answer::Packages(packages)) if packages.is_empty() => {
                ("GET /packages takes it, and has no packages".to_owned(), None)
            }
            Ok(Answer::Packages(packages)) => {
                let says = if packages.iter().any(|package| package.exact_price.is_some()) {
                    "GET /packages takes it and tells our prices"
                } else {
                    "GET /packages takes it, but tells no prices: the key may not be looked at"
                };
                (says.to_owned(), None)
            }
            // Its words may be about us: they are told, and count where no price says otherwise.
            Err(error) if error.kind == ErrorKind::Refused && error.http_status != 401 => {
                let refused = (error.http_status != 404).then(|| error.clone());
                (format!("GET /packages does not tell: {error}"), refused)
            }
            Ok(_) | Err(_) => return Ok(told),
        };
        let tier = match (self.tier().await, refused) {
            (Ok(Some((tier, discount))), _) => {
                let percent = discount.normalize();
                says = format!("{says}; POST /pricing takes off {percent} %: {tier}");
                Some(tier)
            }
            (Err(error), _) if matches!(error.http_status, 401 | 403) => {
                told.result = Err(error);
                return Ok(told);
            }
            (Ok(None) | Err(_), Some(refused)) => {
                told.result = Err(refused);
                return Ok(told);
            }
            (Ok(None), None) => None,
            (Err(error), None) => {
                says = format!("{says}; POST /pricing does not tell: {error}");
                None
            }
        };
        told.result = Ok(Answer::Key(KeyCheck { tier, says }));
        Ok(told)
    }

    /// The tier by the discount that a price has at our key, in percent. `None` where no price tells;
    /// an error where the seller does not price.
    async fn tier(&self) -> Result<Option<(Tier, Decimal)>, SellerError> {
        let Ok(Answer::Products(products)) = self.products().await.result else { return Ok(None) };
        let priced = |product: &&Product| product.base_cpm.is_some();
        let Some(product) = products.iter().find(priced) else { return Ok(None) };
        let body = json(&serde_json::json!({ "product_id": product.product_id.as_str() }))?;
        let told = self.http.call(Call::post("/pricing", body, true)).await;
        let price: wire::Price = match told.result {
            Ok(reply) => part(&reply)?,
            // It has no such path.
            Err(error) if error.http_status == 404 => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(discount) = price.tier_discount.share() else { return Ok(None) };
        // A fraction here, though quotes have percents.
        let fraction = discount <= Decimal::ONE;
        let percent = if fraction { money::exact::as_percent(discount) } else { discount };
        let earns = |tier: &Tier| tier.discount_pct() == percent;
        Ok(Tier::iter().find(earns).map(|tier| (tier, percent)))
    }
}
