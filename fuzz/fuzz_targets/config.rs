//! A configuration: a file in TOML, and after a line with a character 1 lines of the environment.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::config::Config;

fuzz_target!(|text: &str| {
    // A file of certificates would be looked for, and some files never end.
    if text.to_ascii_lowercase().contains("ca_file") {
        return;
    }
    let (file, env) = text.split_once('\u{1}').unwrap_or((text, ""));
    let env = env.lines().filter_map(|line| line.split_once('='));
    let env = env.map(|(name, value)| (format!("VAKPLEIN_{name}"), value.to_owned()));
    match Config::read("vakplein.toml", file, env) {
        Ok(config) => {
            let domain = &config.server.domain;
            let url = url::Url::parse(&format!("https://{domain}/")).expect("a domain makes an address");
            assert!(url.domain().is_some() && url.username().is_empty(), "{domain}");
            assert!(config.bind().is_some() && config.database().is_ok());
            assert_eq!(config.trusted_proxies().len(), config.server.trusted_proxies.len());
            assert!(config.mail_from().contains('@'));
            let open = config.federation.allow_private_addresses || config.federation.allow_http;
            assert!(!open || config.is_test_domain(), "{domain} must not reach into networks");
        }
        Err(wrong) => assert!(!wrong.key.is_empty() && !wrong.repair.is_empty(), "{wrong}"),
    }
});
