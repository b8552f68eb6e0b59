//! The proxy on the way to a seller, as the environment names it: which variable does, and what opens it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper_util::client::proxy::matcher::Matcher;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::is_loopback;

/// The variables that name a proxy, in the order in which they count.
const FOR_HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const FOR_HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const FOR_NONE: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy that requests to a seller go by.
#[derive(Clone)]
pub struct Proxy {
    /// The variable that names it.
    pub variable: &'static str,
    /// Where it is, without user name and password.
    pub shown: String,
    /// User name and password, as `name:password`.
    opens: Option<SecretString>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of ${}", self.shown, self.variable)
    }
}

impl Proxy {
    /// The proxy that reqwest takes to `url`, where `variable` gives what the environment holds. It knows
    /// no other than the environment's; none is taken to this machine itself.
    pub fn to(url: &Url, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        // A web server's child must not be led by what a request's headers set (as reqwest has it).
        if is_loopback(url) || variable("REQUEST_METHOD").is_some() {
            return None;
        }
        let first = |names: &[&str]| names.iter().find_map(|name| variable(name));
        let none = first(&FOR_NONE).unwrap_or_default();
        let secure = url.scheme() == "https";
        let [upper, lower, all_upper, all_lower] = if secure { FOR_HTTPS } else { FOR_HTTP };
        // Of each pair the first that is set counts; one that names no proxy gives way to `ALL_PROXY`.
        [[upper, lower], [all_upper, all_lower]].into_iter().find_map(|names| {
            let (name, value) = names.iter().find_map(|name| Some((*name, variable(name)?)))?;
            let matcher = Matcher::builder().all(value).no(none.clone()).build();
            let found = matcher.intercept(&url.as_str().parse().ok()?)?;
            let basic = found.basic_auth().and_then(|header| {
                let word = header.to_str().ok()?.strip_prefix("Basic ")?;
                String::from_utf8(STANDARD.decode(word).ok()?).ok()
            });
            let raw = || found.raw_auth().map(|(name, password)| format!("{name}:{password}"));
            let shown = found.uri().to_string().trim_end_matches('/').to_owned();
            Some(Self { variable: name, shown, opens: basic.or_else(raw).map(SecretString::from) })
        })
    }

    /// What must not be shown of it: the password, and the two together, as they go into a header.
    pub(super) fn secrets(&self) -> impl Iterator<Item = SecretString> {
        let both = self.opens.as_ref().map(|pair| pair.expose_secret().to_owned());
        let password = both.as_ref().and_then(|pair| Some(pair.split_once(':')?.1.to_owned()));
        [both, password].into_iter().flatten().map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(url: &str, set: &[(&str, &str)]) -> Option<(&'static str, String, Vec<String>)> {
        let variable =
            |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
        let proxy = Proxy::to(&url.parse().unwrap(), variable)?;
        let secrets = proxy.secrets().map(|secret| secret.expose_secret().to_owned()).collect();
        assert_eq!(format!("{proxy:?}"), format!("{} of ${}", proxy.shown, proxy.variable));
        assert!(!format!("{proxy:?}").contains("hunter"));
        Some((proxy.variable, proxy.shown, secrets))
    }

    #[test]
    fn the_variable_that_leads_by_a_proxy_is_named() {
        let (secure, plain) = ("https://seller.example", "http://seller.example");
        for (url, set, variable, shown) in [
            (secure, ("HTTPS_PROXY", "http://p:3128"), Some("HTTPS_PROXY"), "http://p:3128"),
            (secure, ("https_proxy", "p:3128"), Some("https_proxy"), "http://p:3128"),
            (secure, ("ALL_PROXY", "socks5h://p:1"), Some("ALL_PROXY"), "socks5h://p:1"),
            (plain, ("http_proxy", "http://p:1"), Some("http_proxy"), "http://p:1"),
            (plain, ("HTTPS_PROXY", "http://p:1"), None, ""),
            (secure, ("HTTP_PROXY", "http://p:1"), None, ""),
            (secure, ("HTTPS_PROXY", ""), None, ""),
            ("http://127.0.0.1:8101", ("ALL_PROXY", "http://p:1"), None, ""),
        ] {
            let found = to(url, &[set]);
            let expect = variable.map(|variable| (variable, shown.to_owned(), vec![]));
            assert_eq!(found, expect, "{url} {set:?}");
        }
        let all = [("ALL_PROXY", "http://p:1"), ("NO_PROXY", "seller.example")];
        assert_eq!(to(secure, &all), None);
        assert!(to("https://other.example", &all).is_some());
        let two = [("ALL_PROXY", "http://p:1"), ("https_proxy", "http://q:2")];
        assert_eq!(to(secure, &two).unwrap().0, "https_proxy");
    }

    #[test]
    fn what_opens_a_proxy_is_a_secret() {
        let set = [("HTTPS_PROXY", "http://m%40e:hunter%3A22@p:3128")];
        let (_, shown, secrets) = to("https://seller.example", &set).unwrap();
        assert_eq!(shown, "http://p:3128");
        assert_eq!(secrets, ["m@e:hunter:22", "hunter:22"]);
    }
}
