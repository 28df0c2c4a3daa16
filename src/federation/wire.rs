//! What a document must look like before anything parses it: media type and nesting.
//!
//! Both directions of traffic use it, the inbox and the fetching client. It knows nothing of what documents say.

/// Deepest nesting that is parsed. Real documents stay under ten; deeper ones only cost time and stack.
pub const DEPTH_MAX: usize = 64;

/// The media type of everything that this server sends.
pub const ACTIVITY_JSON: &str = "application/activity+json";

/// `Accept` when asking for a document of ActivityPub.
pub const ACCEPT_ACTIVITY: &str =
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;

const PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// Whether a `Content-Type` is one of ActivityPub (§3.2): `application/activity+json` with whatever parameters, or
/// `application/ld+json` with the ActivityStreams profile among its parameters.
///
/// Anything else must not be believed: uploads and other JSON can be served as those.
#[must_use]
pub fn is_activity_json(content_type: &str) -> bool {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let essence = essence.trim();
    if essence.eq_ignore_ascii_case("application/activity+json") {
        return true;
    }
    essence.eq_ignore_ascii_case("application/ld+json")
        && parameters.split(';').filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
            // A profile may list several, parted by spaces (RFC 6906 §3.1).
            name.trim().eq_ignore_ascii_case("profile")
                && value.trim().trim_matches('"').split_ascii_whitespace().any(|profile| profile == PROFILE)
        })
}

/// Whether a `Content-Type` is JSON of any kind: for WebFinger and NodeInfo.
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Whether JSON text is nested no deeper than `limit`. One pass over the bytes, no allocation; it doesn't judge
/// whether the text is JSON at all.
#[must_use]
pub fn nests_at_most(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_of_activitypub_are_known_in_all_spellings() {
        for accepted in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;Profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json; profile=https://www.w3.org/ns/activitystreams; charset=utf-8"#,
            r#"application/ld+json; profile="https://a.example/x https://www.w3.org/ns/activitystreams""#,
        ] {
            assert!(is_activity_json(accepted), "{accepted}");
            assert!(is_json(accepted), "{accepted}");
        }
        for refused in [
            "",
            "application/json",
            "application/ld+json",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams2""#,
            "text/html; x=application/activity+json",
            "image/png",
            "application/activity+jsonx",
        ] {
            assert!(!is_activity_json(refused), "{refused}");
        }
        assert!(is_json("application/jrd+json") && is_json("application/json; charset=utf-8"));
        assert!(!is_json("text/json") && !is_json("text/html") && !is_json("image/svg+json"));
    }

    #[test]
    fn nesting_is_counted_outside_strings() {
        assert!(nests_at_most(br#"{"a":[{"b":1}],"c":[[]]}"#, 3));
        assert!(!nests_at_most(br#"{"a":[{"b":1}]}"#, 2));
        assert!(nests_at_most(br#"{"a":"[[[[\"[[[["}"#, 1));
        assert!(nests_at_most("[]".repeat(1000).as_bytes(), 1));
        let deep = "[".repeat(DEPTH_MAX + 1);
        assert!(!nests_at_most(deep.as_bytes(), DEPTH_MAX));
        assert!(nests_at_most(&deep.as_bytes()[1..], DEPTH_MAX));
        assert!(nests_at_most(b"]]]][", 1));
    }
}
