//! What a person can do about a failed question, by its status and code.

use super::{Proxy, envelope::Envelope};
use crate::{
    domain::SellerError,
    sellers::{Auth, Endpoint, protocol},
};

/// How TLS words what is wrong with a seller's certificate.
pub(super) const CERTIFICATE: &str = "invalid peer certificate";

/// The code of an answer that came packed (gzip), which nobody asked for.
pub(crate) const PACKED: &str = "packed";

/// The cure where nothing could be sent, by what the way there says; `None` where only the seller's
/// address and the network can be at fault.
pub(super) fn of_way(says: &str, proxy: Option<&Proxy>) -> Option<String> {
    if let Some((_, why)) = says.split_once(CERTIFICATE) {
        return Some(of_certificate(why, proxy));
    }
    let Proxy { variable, shown, .. } = proxy?;
    Some(if says.contains("unsupported scheme") {
        format!(
            "the desk goes by http proxies only: name one in ${variable}, or name this seller's host in \
             NO_PROXY to go there straight; nothing was sent"
        )
    } else {
        format!(
            "check the proxy {shown} that ${variable} names, or name this seller's host in NO_PROXY to \
             go there straight; nothing was sent, so asking again is safe"
        )
    })
}

fn of_certificate(why: &str, proxy: Option<&Proxy>) -> String {
    let by = proxy.map_or_else(String::new, |proxy| {
        format!(" (the proxy of ${} may have put its own in its place)", proxy.variable)
    });
    if why.contains("UnknownIssuer") {
        format!(
            "this machine does not know who signed the seller's certificate{by}: if it was your own \
             company, name the file with its certificates in SSL_CERT_FILE; else ask the seller's people"
        )
    } else if why.contains("xpired")
        || why.contains("NotValidYet")
        || why.contains("not valid before")
    {
        "check this machine's clock; if it is right, ask the seller's people for a certificate that is \
         valid today"
            .to_owned()
    } else {
        format!(
            "check this seller's `url`: its certificate does not fit{by}; if it is right, ask the \
             seller's people"
        )
    }
}

/// The cure of a reply that is no success.
pub(super) fn of_status(
    (status, envelope): (u16, &Envelope),
    endpoint: &Endpoint,
    proxy: Option<&Proxy>,
) -> String {
    match proxy {
        Some(proxy) if status == 407 => format!(
            "the proxy of ${0} lets us by with a user name and a password alone: write them into ${0}, \
             as http://name:password@host",
            proxy.variable
        ),
        Some(proxy) if envelope.is_html => format!(
            "a web page answered: check this seller's `url` in the configuration, and the proxy {} \
             that ${} names",
            proxy.shown, proxy.variable
        ),
        Some(_) | None if status == 401 && !envelope.is_html => of_key(&endpoint.auth),
        Some(_) | None => of_code(status, envelope, endpoint).to_owned(),
    }
}

/// The cure of a seller that does not know who we are.
fn of_key(auth: &Auth) -> String {
    format!(
        "check this seller's key in the configuration ({}): it is wrong, expired or revoked",
        auth.places()
    )
}

fn of_code(status: u16, envelope: &Envelope, endpoint: &Endpoint) -> &'static str {
    let sets_dialect = endpoint.sets_dialect();
    if sets_dialect && envelope.missing.iter().any(|field| field.ends_with("idempotency_key")) {
        return "this seller speaks dialect v2: set this seller's `dialect` to \"auto\"";
    }
    if envelope.is_html && status < 500 {
        return "a web page answered: check this seller's `url` in the configuration";
    }
    let own = protocol(&endpoint.protocol).and_then(|protocol| (protocol.remedy)(&envelope.code));
    if let Some(remedy) = own {
        return remedy;
    }
    match status {
        300..=399 => {
            "check this seller's `url` in the configuration: if you trust the address that it sends \
             us to, put it there"
        }
        403 => "this seller does not let us in: ask it for access",
        404 => "refresh what is on screen: the seller no longer knows this",
        405 if sets_dialect => {
            "this seller does not offer it: check its `dialect` and `url` in the configuration"
        }
        405 => "this seller does not offer it: check its `url` in the configuration",
        408 | 425 => "try again",
        409 => "look at it again: something has changed at the seller",
        410 => "the quote is over: ask for a new one",
        413 | 414 => "ask for less at once",
        429 => "wait before asking this seller again",
        400 | 422 => "change what the seller objects to and ask again",
        500..=599 => "the seller failed: try again later, or ask its people",
        _ => "ask the seller's people what it means",
    }
}

/// The cure of a body that says nothing readable, by code.
pub(super) fn of_body(code: &str) -> &'static str {
    match code {
        "html" => "check this seller's `url` in the configuration",
        "too_large" | "too_deep" => "ask the seller's people: no answer is that large",
        PACKED => {
            "ask the seller's people, or those of the proxy on the way, to send their answers as they are: \
             the desk asks for no packing"
        }
        _ => "ask again; if it stays so, check this seller's `url` or ask its people",
    }
}

/// The cure where no reply came, by code.
pub(super) fn of_transport(code: &str) -> &'static str {
    match code {
        "connect_error" => {
            "check this seller's `url` and the network; nothing was sent, so asking again is safe"
        }
        "timeout" => "try again later, or raise this seller's `timeout_s`",
        "setup" => {
            "install the machine's CA certificates (the package is often called ca-certificates), \
             then start again"
        }
        "plain_http" => {
            "use https, or set `allow_http = true` for this seller if the way there is safe"
        }
        "bad_url" => "give this seller an http or https `url` without user name and password",
        "bad_key" => "set this seller's key again: it has characters that cannot be sent",
        _ => "look again: it is not known whether the seller got it",
    }
}

/// `error` with another cure, for an adapter that knows better.
pub(crate) fn instead(mut error: SellerError, cure: &str) -> SellerError {
    cure.clone_into(&mut error.cure);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(sets_dialect: bool) -> Endpoint {
        let mut endpoint = Endpoint::new("a", "http://seller.example".parse().unwrap());
        if sets_dialect {
            "v1".clone_into(&mut endpoint.dialect);
        }
        endpoint
    }

    fn envelope(code: &str) -> Envelope {
        Envelope { code: code.to_owned(), ..Envelope::default() }
    }

    #[test]
    fn every_code_and_status_has_advice_of_its_own() {
        for (status, code, word) in [
            (404, "product_not_found", "its products have changed"),
            (404, "quote_expired", "ask for a new one"),
            (404, "quote_not_found", "ask for a new one"),
            (404, "deal_not_found", "check the Deal ID"),
            (404, "order_not_found", "check the id"),
            (404, "change_request_not_found", "check the id"),
            (409, "quote_already_booked", "it may have been us"),
            (409, "idempotency_conflict", "stop booking with this seller"),
            (422, "pg_requires_impressions", "a guaranteed deal needs them"),
            (422, "below_minimum_impressions", "more impressions"),
            (422, "below_floor_price", "offer more"),
            (422, "invalid_deal_type", "PG, PD or PA"),
            (302, "", "the address that it sends us to"),
            (399, "", "the address that it sends us to"),
            (400, "", "change what the seller objects to"),
            (403, "", "ask it for access"),
            (404, "", "no longer knows this"),
            (405, "", "does not offer it"),
            (408, "", "try again"),
            (409, "", "something has changed"),
            (410, "", "ask for a new one"),
            (413, "", "ask for less"),
            (414, "", "ask for less"),
            (422, "", "change what the seller objects to"),
            (425, "", "try again"),
            (429, "", "wait before asking"),
            (500, "", "the seller failed"),
            (599, "", "the seller failed"),
            (418, "", "ask the seller's people what it means"),
            (200, "odd", "ask the seller's people what it means"),
        ] {
            let cure = of_code(status, &envelope(code), &endpoint(false));
            assert!(cure.contains(word), "{status} {code}: {cure}");
        }
        let dialect = |sets| of_code(405, &envelope(""), &endpoint(sets)).contains("`dialect`");
        assert!(dialect(true) && !dialect(false), "advice that fits what can be set");
    }

    #[test]
    fn a_field_that_only_v2_wants_names_the_dialect() {
        let missing = |field: &str| Envelope { missing: vec![field.to_owned()], ..envelope("") };
        let cure = |field: &str, sets| of_code(422, &missing(field), &endpoint(sets));
        assert!(cure("body.idempotency_key", true).contains("dialect v2"));
        assert!(!cure("body.idempotency_key", false).contains("dialect v2"));
        assert!(!cure("body.impressions", true).contains("dialect v2"));
    }

    #[test]
    fn a_web_page_is_somebody_elses_answer_unless_the_server_failed() {
        let page = Envelope { is_html: true, ..envelope("") };
        for (status, is_url) in [(200, true), (404, true), (499, true), (500, false), (503, false)]
        {
            let cure = of_code(status, &page, &endpoint(false));
            assert_eq!(cure.contains("a web page answered"), is_url, "{status}: {cure}");
        }
    }

    #[test]
    fn a_proxy_is_blamed_for_a_web_page_and_for_nothing_that_the_seller_says() {
        let endpoint = endpoint(false);
        let variable = |name: &str| (name == "HTTP_PROXY").then(|| "http://p:1".to_owned());
        let proxy = Proxy::to(&endpoint.url, variable).unwrap();
        let cure = |status, envelope| of_status((status, &envelope), &endpoint, Some(&proxy));
        let page = Envelope { is_html: true, ..envelope("") };
        assert!(cure(404, page).contains("the proxy http://p:1 that $HTTP_PROXY names"));
        assert!(cure(407, envelope("")).contains("the proxy of $HTTP_PROXY lets us by"));
        for (status, code) in [(404, "quote_not_found"), (422, "below_floor_price"), (503, "")] {
            let cure = cure(status, envelope(code));
            assert_eq!(cure, of_code(status, &envelope(code), &endpoint));
            assert!(!cure.contains("PROXY"), "{status} {code}: {cure}");
        }
    }

    #[test]
    fn what_cannot_be_read_and_what_never_came_have_advice_of_their_own() {
        for (code, word) in [
            ("html", "check this seller's `url`"),
            ("too_large", "no answer is that large"),
            ("too_deep", "no answer is that large"),
            (PACKED, "no packing"),
            ("bad_json", "ask again"),
        ] {
            let cure = of_body(code);
            assert!(cure.contains(word), "{code}: {cure}");
            assert_eq!(cure.contains("ask again"), word == "ask again", "{code}: {cure}");
        }
        for (code, word) in [
            ("connect_error", "nothing was sent"),
            ("timeout", "`timeout_s`"),
            ("setup", "CA certificates"),
            ("plain_http", "`allow_http = true`"),
            ("bad_url", "without user name and password"),
            ("bad_key", "set this seller's key again"),
            ("reset", "it is not known whether the seller got it"),
        ] {
            let cure = of_transport(code);
            assert!(cure.contains(word), "{code}: {cure}");
        }
    }
}
