//! The way to a seller as the environment has it: a proxy is named and never what opens it, and plain HTTP
//! needs no certificates.

use serde_json::Value;

use crate::{Home, Ran};

fn asked(url: &str, environment: &[(&str, &str)]) -> (Value, Ran) {
    let config = format!(
        "[[sellers]]\nname = \"a\"\nurl = \"{url}\"\nallow_http = true\ntimeout_s = 5\nattempts = 1\n"
    );
    let home = Home::new(&config);
    let mut command =
        home.command(&["quote", "request", "--seller", "a", "--product", "p", "--json"]);
    command.envs(environment.iter().copied());
    let ran = Ran::of(&command.output().unwrap());
    let error = ran.json("error")["error"].clone();
    (error, ran)
}

#[test]
fn the_proxy_that_the_environment_names_is_named_and_not_what_opens_it() {
    let proxy = ("HTTP_PROXY", "http://ana:SENTINEL-of-the-proxy@127.0.0.1:9");
    let (error, ran) = asked("http://seller.invalid", &[proxy]);
    let cure = error["cure"].as_str().unwrap();
    assert_eq!((ran.code, &error["kind"]), (8, &"not_sent".into()), "{error:#}");
    assert!(cure.contains("the proxy http://127.0.0.1:9 that $HTTP_PROXY names"), "{cure}");
    for printed in [&ran.stdout, &ran.stderr] {
        assert!(!printed.contains("SENTINEL"), "{printed}");
    }
    // None stands in the way to this machine itself.
    let (error, _) = asked("http://127.0.0.1:9", &[proxy]);
    assert!(!error["cure"].as_str().unwrap().contains("PROXY"), "{error:#}");
}

#[test]
fn plain_http_needs_no_certificates_and_https_does() {
    let none = [("SSL_CERT_FILE", "/no/such/file"), ("SSL_CERT_DIR", "/no/such/folder")];
    let (error, ran) = asked("http://127.0.0.1:9", &none);
    assert_eq!((ran.code, &error["code"]), (8, &"connect_error".into()), "{error:#}");
    let (error, _) = asked("https://127.0.0.1:9", &none);
    assert_eq!(error["code"], "setup", "{error:#}");
    assert!(error["cure"].as_str().unwrap().contains("CA certificates"), "{error:#}");
}
