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
        if self.http.endpoint().auth.secrets().next().is_none() {
            return Err(unsupported(
                "no_key",
                "there is no key to check: this seller takes us for anyone",
                "give it one in the configuration (`api_key_env`, `api_key_file` or `api_key`)",
            ));
        }
        let mut told = heard(self.http.call(Call::get("/packages")).await, |reply| {
            Ok(Answer::Packages(super::sound(reply, map::packages(part(reply)?))?))
        });
        let mut says = match &told.result {
            Ok(Answer::Packages(packages)) if packages.is_empty() => {
                "GET /packages takes it, and has no packages".to_owned()
            }
            Ok(Answer::Packages(packages)) => {
                if packages.iter().any(|package| package.exact_price.is_some()) {
                    "GET /packages takes it and tells our prices".to_owned()
                } else {
                    "GET /packages takes it, but tells no prices: the key may not be looked at"
                        .to_owned()
                }
            }
            Err(error) if error.kind == ErrorKind::Refused && error.http_status != 401 => {
                "GET /packages does not tell".to_owned()
            }
            Ok(_) | Err(_) => return Ok(told),
        };
        let tier = match self.tier().await {
            Ok(Some((tier, discount))) => {
                let percent = discount.normalize();
                says = format!("{says}; POST /pricing takes off {percent} %: {tier}");
                Some(tier)
            }
            Ok(None) => None,
            Err(error) => {
                told.result = Err(error);
                return Ok(told);
            }
        };
        told.result = Ok(Answer::Key(KeyCheck { tier, says }));
        Ok(told)
    }

    /// The tier by the discount that a price has at our key, in percent. `None` where no price tells;
    /// an error where the seller turns the key away.
    async fn tier(&self) -> Result<Option<(Tier, Decimal)>, SellerError> {
        let Ok(Answer::Products(products)) = self.products().await.result else { return Ok(None) };
        let priced = |product: &&Product| product.base_cpm.is_some();
        let Some(product) = products.iter().find(priced) else { return Ok(None) };
        let body = json(&serde_json::json!({ "product_id": product.product_id.as_str() }))?;
        let told = self.http.call(Call::post("/pricing", body, true)).await;
        let price: wire::Price = match told.result {
            Ok(reply) => part(&reply)?,
            Err(error) if error.http_status == 401 => return Err(error),
            Err(_) => return Ok(None),
        };
        let Some(discount) = price.tier_discount.share() else { return Ok(None) };
        // A fraction here, though quotes have percents.
        let fraction = discount <= Decimal::ONE;
        let percent = if fraction { money::exact::as_percent(discount) } else { discount };
        let earns = |tier: &Tier| tier.discount_pct() == percent;
        Ok(Tier::iter().find(earns).map(|tier| (tier, percent)))
    }
}
