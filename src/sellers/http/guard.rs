//! What may be sent at all, and where to: plain HTTP, keys, ids in paths, redirects.

use reqwest::{
    Method,
    header::{
        ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, PRAGMA,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::{
    Call, cure,
    transport::{BODY_CAP, WireReply, WireRequest},
};
use crate::{
    domain::{ErrorKind, SellerError, ids},
    sellers::Endpoint,
};

/// Whether `url` stays on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        None => false,
    }
}

/// `url` as it may be shown: without user name, password, query and fragment.
pub fn shown_url(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // These fail where a URL cannot have them: then there is nothing to hide.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

fn refuse<T>(code: &str, says: String) -> Result<T, SellerError> {
    Err(SellerError::transport(ErrorKind::Configuration, code, says, cure::of_transport(code)))
}

/// Whether our secrets may go to `base`.
pub(super) fn address(endpoint: &Endpoint, base: &Url) -> Result<(), SellerError> {
    if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
        return refuse("bad_url", format!("{} is no web address", shown_url(base)));
    }
    if !base.username().is_empty() || base.password().is_some() {
        return refuse("bad_url", format!("the URL of {} carries a password", endpoint.name));
    }
    if base.scheme() == "http" && !is_loopback(base) && !endpoint.allow_http {
        let says = format!("{} would be spoken to without encryption", shown_url(base));
        return refuse("plain_http", says);
    }
    Ok(())
}

/// The request that asks `call` of `endpoint`, or why it must not be sent.
pub(super) fn request(
    endpoint: &Endpoint,
    call: &Call,
    token: Option<&SecretString>,
) -> Result<WireRequest, SellerError> {
    let base = &endpoint.url;
    address(endpoint, base)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if call.method == Method::GET {
        // What a cache knows may be older than what we did since.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    }
    if call.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let fetched = token.map(|token| ("authorization", token.expose_secret()));
    if let Some((name, secret)) = endpoint.auth.secrets().next().or(fetched) {
        let value = if name == "authorization" { &format!("Bearer {secret}") } else { secret };
        let Ok(mut value) = HeaderValue::from_str(value) else {
            return refuse("bad_key", format!("the key of {} cannot be sent", endpoint.name));
        };
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), value);
    }
    let mut url = base.clone();
    url.set_query(call.query.as_deref());
    url.set_fragment(None);
    url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), call.path));
    Ok(WireRequest {
        method: call.method.clone(),
        url,
        headers,
        body: call.body.clone(),
        fresh: !call.repeatable,
        cap: BODY_CAP,
    })
}

/// Where `reply` sends us, if that is the same scheme, host and port, and the question arrives there
/// unchanged: same method, body and key. Anywhere else the key would travel along, so it is not
/// followed. 302 and 303 may say where to look for what came of a POST, so that one is not sent again.
pub(super) fn redirect(request: &WireRequest, reply: &WireReply) -> Option<Url> {
    let unchanged = match reply.status {
        301 | 307 | 308 => true,
        302 | 303 => request.method == Method::GET,
        _ => false,
    };
    let place = reply.headers.get(LOCATION)?.to_str().ok()?;
    let url = request.url.join(place).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (unchanged && plain && url.origin() == request.url.origin()).then_some(url)
}

/// An id as one segment of a path. Ids are the seller's and may hold anything.
///
/// # Errors
/// [`ErrorKind::Unsupported`] for the ids that no path can carry: empty, `.` and `..`.
pub(crate) fn segment(id: &str) -> Result<String, SellerError> {
    if matches!(id, "" | "." | "..") {
        return Err(SellerError::transport(
            ErrorKind::Unsupported,
            "bad_id",
            format!("the id {:?} cannot be asked for", ids::shown(id)),
            "ask the seller's people for another id",
        ));
    }
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(|digit| {
                char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()
            }));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sellers::Auth;

    #[test]
    fn an_id_stays_one_segment_of_the_path() {
        for id in ["qt-1", "a/../b?x=1#y", "%2e%2e", "a\nb\tc", "日本", "a b", "..%2f", "\u{202e}"]
        {
            let mut url: Url = "https://seller.example/base/".parse().unwrap();
            url.set_path(&format!("/base/quotes/{}", segment(id).unwrap()));
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            assert_eq!(segments.len(), 3, "{id:?} became {url}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{id:?} became {url}");
        }
        assert_eq!(segment("a/b c").unwrap(), "a%2Fb%20c");
        for id in ["", ".", ".."] {
            assert_eq!(segment(id).unwrap_err().kind, ErrorKind::Unsupported);
        }
    }

    #[test]
    fn each_kind_of_credential_has_its_header_and_is_hidden_in_it() {
        let secret = || Some(SecretString::from("SENTINEL"));
        let fetched = SecretString::from("FETCHED");
        for (auth, header, value) in [
            (Auth { api_key: secret(), ..Auth::default() }, "x-api-key", "SENTINEL"),
            (Auth { bearer: secret(), ..Auth::default() }, "authorization", "Bearer SENTINEL"),
            (Auth { access_token: secret(), ..Auth::default() }, "accesstoken", "SENTINEL"),
            (Auth::default(), "authorization", "Bearer FETCHED"),
        ] {
            let url = "https://seller.example".parse().unwrap();
            let endpoint = Endpoint { auth, ..Endpoint::new("a", url) };
            let request = request(&endpoint, &Call::get("/"), Some(&fetched)).unwrap();
            let sent = &request.headers[header];
            assert_eq!(sent.to_str().unwrap(), value);
            let shown = format!("{request:?} {endpoint:?}");
            assert!(!shown.contains("SENTINEL") && !shown.contains("FETCHED"), "{shown}");
        }
    }

    #[test]
    fn an_address_with_a_user_name_or_a_password_is_never_asked() {
        let call = Call::get("/products".to_owned());
        for (url, is_fine) in [
            ("https://seller.example", true),
            ("https://ana@seller.example", false),
            ("https://:pass@seller.example", false),
            ("https://ana:pass@seller.example", false),
        ] {
            let endpoint = Endpoint::new("a", url.parse().unwrap());
            let made = request(&endpoint, &call, None);
            assert_eq!(made.is_ok(), is_fine, "{url}");
            assert!(made.err().is_none_or(|error| error.code == "bad_url"), "{url}");
        }
        let endpoint = Endpoint::new("a", "https://seller.example".parse().unwrap());
        let asked = request(&endpoint, &call, None).unwrap();
        for (place, follows) in [
            ("https://seller.example/other", true),
            ("https://ana@seller.example/other", false),
            ("https://:pass@seller.example/other", false),
            ("https://ana:pass@seller.example/other", false),
        ] {
            let mut reply = WireReply { status: 307, ..WireReply::default() };
            reply.headers.insert(LOCATION, place.parse().unwrap());
            assert_eq!(redirect(&asked, &reply).is_some(), follows, "{place}");
        }
    }

    #[test]
    fn this_machine_is_known() {
        for (url, loopback) in [
            ("http://127.0.0.1:8101", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:1", true),
            ("http://[::ffff:127.0.0.1]:1", true),
            ("http://localhost", true),
            ("http://a.localhost", true),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), loopback, "{url}");
        }
    }
}
