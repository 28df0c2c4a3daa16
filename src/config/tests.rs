//! What is taken for a configuration, and what is refused.

use super::{Config, Wrong};

fn load(name: &str, value: &str) -> Result<Config, Wrong> {
    Config::load(None, [(format!("VAKPLEIN_{name}"), value.to_owned())].into_iter())
}

#[test]
fn the_environment_takes_lists_in_both_forms() {
    let proxies = |value| load("SERVER__TRUSTED_PROXIES", value).map(|config| config.server.trusted_proxies);
    for value in ["127.0.0.1, 10.0.0.0/8", r#"["127.0.0.1", "10.0.0.0/8"]"#, " ['127.0.0.1','10.0.0.0/8',]"] {
        assert_eq!(proxies(value).unwrap(), ["127.0.0.1", "10.0.0.0/8"], "{value}");
    }
    for value in ["", "[]", " "] {
        assert!(proxies(value).unwrap().is_empty());
    }
    for value in ["[\"127.0.0.1\"", "[1]", "\"127.0.0.1\"", "127.0.0.1]"] {
        let wrong = proxies(value).unwrap_err();
        assert_eq!((wrong.key.as_str(), wrong.value.as_str()), ("VAKPLEIN_SERVER__TRUSTED_PROXIES", value));
        assert!(wrong.repair.contains("write a list, as in one,two"), "{wrong}");
    }
    let wrong = proxies("ergens").unwrap_err();
    assert_eq!((wrong.key.as_str(), wrong.value.as_str()), ("server.trusted_proxies", "ergens"));
}

#[test]
fn what_is_of_the_wrong_kind_is_refused_with_its_repair() {
    for (name, value, key, repair) in [
        ("LIMITS__ENABLED", "ja", "VAKPLEIN_LIMITS__ENABLED", "write true or false, as in true"),
        ("MAIL__PORT", "smtp", "VAKPLEIN_MAIL__PORT", "write a whole number, as in 587"),
        ("MAIL__PORT", "70000", "mail.port", "write a number from 0 to 65535"),
        ("FEDERATION__MAX_BODY", "-1", "federation.max_body", "write a number that isn't negative"),
        ("SERVER__DOMEIN", "x.test", "server.domein", "there is no such key"),
        ("SERVER__DOMAIN", "0x7f.1", "server.domain", "write a host name"),
    ] {
        let wrong = load(name, value).unwrap_err();
        assert_eq!(wrong.key, key);
        assert!(wrong.repair.starts_with(repair), "{wrong}");
        assert!(wrong.value == value || name.ends_with("DOMEIN"), "{wrong}");
    }
    assert_eq!(load("MAIL__PORT", "2525").unwrap().mail.port, 2525);
}
