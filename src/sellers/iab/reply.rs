//! What is in a reply: its object, bare or in an envelope, and whether it is about what was asked.

use serde::{Deserialize as _, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use super::{map::Unreadable, wire};
use crate::{
    domain::{Heard, SellerError, ids},
    sellers::{
        http::{Reply, instead},
        lenient::Part,
    },
};

/// The fields of an object; of anything else, none.
pub(super) fn part<T: DeserializeOwned + Default>(reply: &Reply) -> Result<T, SellerError> {
    Ok(reply.json::<Part<T>>()?.0)
}

/// The fields of the object that comes in an envelope named `key` (v2) or bare (v1), and whether
/// there was an envelope.
pub(super) fn opened<T>(reply: &Reply, key: &str) -> Result<(T, bool), SellerError>
where
    T: DeserializeOwned + Default,
{
    let mut whole: Value = reply.json()?;
    let inside = whole.get_mut(key).filter(|inside| inside.is_object()).map(Value::take);
    let enveloped = inside.is_some();
    let object = Part::<T>::deserialize(inside.unwrap_or(whole));
    Ok((object.map(|part| part.0).unwrap_or_default(), enveloped))
}

/// The OpenRTB block of a deal as it was sent, byte for byte.
pub(super) fn verbatim(reply: &Reply) -> Option<String> {
    let outer: wire::Verbatim = reply.json().ok()?;
    let inner = outer.deal.and_then(|deal| serde_json::from_str::<wire::Verbatim>(deal.get()).ok());
    let block = inner.map_or(outer.openrtb_params, |inner| inner.openrtb_params);
    block.map(|block| block.get().to_owned())
}

/// What was read, or an error about the reply that it was read from.
pub(super) fn sound<T>(reply: &Reply, read: Result<T, Unreadable>) -> Result<T, SellerError> {
    read.map_err(|Unreadable(says)| reply.nonsense("unreadable_reply", says))
}

/// The rounds of a history, each as it was sent.
pub(super) fn raw_rounds(reply: &Reply) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Rounds<'a> {
        #[serde(borrow)]
        rounds: Vec<&'a RawValue>,
    }
    let rounds = reply.json::<Rounds>().map_or_else(|_| vec![], |wire| wire.rounds);
    let objects = rounds.into_iter().map(RawValue::get).filter(|round| round.starts_with('{'));
    objects.map(str::to_owned).collect()
}

/// What the guide's sellers call `not_found`, whatever was asked for, by the name of the thing.
pub(super) fn named(mut heard: Heard, thing: &str) -> Heard {
    heard.result = heard.result.map_err(|error| {
        if error.http_status != 404 || error.code != "not_found" {
            return error;
        }
        let code = format!("{thing}_not_found");
        match super::dialects::remedy(&code) {
            Some(cure) => instead(SellerError { code, ..error }, cure),
            None => SellerError { code, ..error },
        }
    });
    heard
}

/// Makes sure that a reply which names a `what` (`quote`, `deal`) names the one that it was asked about:
/// what is said of another one must not be taken for it.
pub(super) fn about(
    reply: &Reply,
    what: &str,
    asked: &str,
    told: Option<&str>,
) -> Result<(), SellerError> {
    match told {
        Some(told) if told != asked => {
            let (asked, told) = (ids::shown(asked), ids::shown(told));
            let says =
                format!("the seller was asked about {what} {asked} and answers about {told}");
            Err(reply.nonsense("other_answer", says))
        }
        Some(_) | None => Ok(()),
    }
}
