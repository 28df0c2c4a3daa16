//! Which servers a decision reaches.

/// The names under which something may have been decided about a host: its own, that without the port, and every domain above
/// it that isn't a top-level one. What was decided about any of them holds for it.
pub fn deciding(host: &str) -> Vec<String> {
    let mut found = vec![host.to_owned()];
    let bare = host.split(':').next().unwrap_or(host);
    let mut rest = Some(bare);
    while let Some(name) = rest.filter(|name| name.contains('.')) {
        if name != host {
            found.push(name.to_owned());
        }
        rest = name.split_once('.').map(|(_, above)| above);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::deciding;

    #[test]
    fn a_decision_reaches_ports_and_subdomains() {
        assert_eq!(deciding("a.b.example:8080"), ["a.b.example:8080", "a.b.example", "b.example"]);
        assert_eq!(deciding("b.example"), ["b.example"]);
        assert_eq!(deciding("localhost"), ["localhost"]);
    }
}
