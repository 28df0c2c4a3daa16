//! Everything that is asked: each route with every id that could stand in it, and the same about things that never were.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use super::bodies;
use super::doors::{Doors, Route};
use super::planted::{Persona, Planted, Thing};

/// Which side of a request: about what is hidden, or about what never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Hidden,
    Absent,
}

/// How somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a browser does, with cookies and forms.
    Page,
    /// As a program does.
    Api,
    /// As other servers do.
    Document,
}

/// A request. Names in braces stand for the things that it uses.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    pub way: Way,
    path: String,
    body: Option<String>,
    used: Vec<(String, Thing)>,
    /// There is no twin to compare it with: it is about what everybody may know, or what is the asker's own.
    pub only_words: bool,
}

impl Asked {
    fn new(method: Method, way: Way, path: &str, body: Option<String>, used: Vec<(String, Thing)>) -> Self {
        let only_words = !used.iter().any(|(_, thing)| thing.is_hidden());
        Self { method, way, path: path.to_owned(), body, used, only_words }
    }

    fn filled(&self, template: &str, side: Side) -> String {
        self.used.iter().fold(template.to_owned(), |text, (name, thing)| {
            text.replace(name, if side == Side::Hidden { &thing.text } else { &thing.twin })
        })
    }

    pub fn path(&self, side: Side) -> String {
        self.filled(&self.path, side)
    }

    pub fn body(&self, side: Side) -> Option<String> {
        self.body.as_ref().map(|body| self.filled(body, side))
    }

    /// The request in general: all that are the same have the same twin.
    pub fn key(&self) -> String {
        let (path, body) = (self.path(Side::Hidden), self.body.clone().unwrap_or_default());
        let length = path.len();
        self.plain(&format!("{} {:?} {path} {length} {body}", self.method, self.way))
    }

    /// A text in which every hidden thing that the request names is only called by its kind, as is its twin.
    pub fn plain(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (_, thing) in self.used.iter().filter(|(_, thing)| thing.is_hidden()) {
            for word in [&thing.text, &thing.twin] {
                let quoted = utf8_percent_encode(word, NON_ALPHANUMERIC).to_string();
                for word in [word.clone(), quoted, word.replace('@', "%40")] {
                    if text.contains(&word) {
                        text = text.replace(&word, &format!("<{}>", thing.kind));
                    }
                }
            }
        }
        text
    }

    fn names_group(&self) -> bool {
        self.used.iter().any(|(_, thing)| matches!(thing.kind, "name" | "group"))
    }

    /// For a report: what was asked.
    pub fn about(&self) -> String {
        let body = self.body(Side::Hidden).unwrap_or_default();
        let short: String = body.chars().take(120).collect();
        format!("{} {} {short}", self.method, self.path(Side::Hidden))
    }
}

/// Everything that somebody on this instance asks.
pub fn all(planted: &Planted, doors: &Doors, persona: &Persona) -> Vec<Asked> {
    let mut all = Vec::new();
    for route in &doors.others {
        for method in &route.methods {
            all.extend(at(planted, doors, persona, route, method));
        }
    }
    if persona.bearer.is_empty() {
        all.extend(documents(planted, doors));
    }
    // Whoever asked to join knows that the group is there, reads what it says to those who might, and may report it.
    let knows = |asked: &Asked| persona.pending && asked.names_group();
    let beside = beside(planted).into_iter().filter(|asked| asked.way != Way::Document);
    all.extend(beside.filter(|asked| asked.method == Method::GET || !knows(asked)));
    for asked in &mut all {
        asked.only_words |= knows(asked);
    }
    all
}

/// Every ActivityPub document and what leads to one.
pub fn documents(planted: &Planted, doors: &Doors) -> Vec<Asked> {
    let of_route = |route: &Route| -> Vec<Asked> {
        let chosen = choices(planted, &route.path).into_iter();
        chosen.map(|(path, used)| Asked::new(Method::GET, Way::Document, &path, None, used)).collect()
    };
    let mut all: Vec<Asked> = doors.documents.iter().flat_map(of_route).collect();
    all.extend(beside(planted).into_iter().filter(|asked| asked.way == Way::Document));
    all
}

/// Addresses of which what isn't about one thing only concerns the asker's own account, or the instance.
const OF_ONES_OWN: [&str; 12] = [
    "/admin",
    "/login",
    "/logout",
    "/reset",
    "/signup",
    "/confirm",
    "/settings",
    "/notifications",
    "/moderation/ban",
    "/moderation/unban",
    "/groups/new",
    "/api/v1/groups",
];

fn at(planted: &Planted, doors: &Doors, persona: &Persona, route: &Route, method: &Method) -> Vec<Asked> {
    let path = route.path.as_str();
    let way = if path.starts_with("/api/v1/") { Way::Api } else { Way::Page };
    let own = |used: &[(String, Thing)]| used.iter().any(|(_, thing)| persona.own.contains(&thing.text));
    let chosen = choices(planted, path);
    if *method == Method::GET {
        let get = |(path, used): (String, Vec<(String, Thing)>)| {
            let is_own = own(&used);
            let mut asked = Asked::new(Method::GET, way, &path, None, used);
            asked.only_words |= is_own;
            asked
        };
        return chosen.into_iter().map(get).collect();
    }
    let administers = persona.admin && (path.starts_with("/admin") || path.starts_with("/api/v1/admin"));
    let ties = ["/memberships", "/leave", "/join"].iter().any(|part| path.contains(part));
    if administers || (persona.pending && ties) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (number, (path, used)) in chosen.into_iter().enumerate() {
        let hidden = used.iter().any(|(_, thing)| thing.is_hidden());
        let about_all = used.is_empty() && !OF_ONES_OWN.iter().any(|own| path.starts_with(own));
        if own(&used) || !(hidden || about_all) {
            continue;
        }
        for body in written(doors, way, &route.path, method, number == 0) {
            let mut named = used.clone();
            named.extend(body.as_deref().map(|body| things_in(planted, body)).unwrap_or_default());
            let asked = Asked::new(method.clone(), way, &path, body, named);
            // What names nothing of the group has nothing to do with it.
            if !asked.only_words && !own(&asked.used) {
                all.push(asked);
            }
        }
    }
    all
}

/// The bodies that a request is sent with: a plausible one; for the first of a route also one that isn't, and none.
fn written(doors: &Doors, way: Way, path: &str, method: &Method, first: bool) -> Vec<Option<String>> {
    let word = method.as_str().to_lowercase();
    let bodies = match way {
        Way::Api => bodies::api(&doors.description, path, &word),
        Way::Page | Way::Document => Some(bodies::FORMS.map(str::to_owned)),
    };
    match bodies {
        None => vec![None],
        Some([plausible, odd]) if first => vec![Some(plausible), Some(odd), Some(String::new())],
        Some([plausible, _]) => vec![Some(plausible)],
    }
}

/// The things that a template names: `{post}`.
fn things_in(planted: &Planted, template: &str) -> Vec<(String, Thing)> {
    planted
        .things
        .keys()
        .map(|kind| (format!("{{{kind}}}"), planted.named(kind).clone()))
        .filter(|(name, _)| template.contains(name))
        .collect()
}

/// Most combinations of ids that are tried at one address.
const MOST: usize = 48;

/// A pattern with everything that could stand in it: the path with a name for each thing, and those things.
fn choices(planted: &Planted, pattern: &str) -> Vec<(String, Vec<(String, Thing)>)> {
    let mut all = vec![(String::new(), Vec::new())];
    let mut before = "";
    for part in pattern.split('/').skip(1) {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let candidates = name.map(|name| candidates(planted, before, name));
        all = all
            .into_iter()
            .flat_map(|(path, used)| match &candidates {
                None => vec![(format!("{path}/{part}"), used)],
                Some(candidates) => candidates
                    .iter()
                    .map(|thing| {
                        let name = format!("{{in {}}}", used.len());
                        let mut used: Vec<(String, Thing)> = used.clone();
                        used.push((name.clone(), thing.clone()));
                        (format!("{path}/{name}"), used)
                    })
                    .collect(),
            })
            .take(MOST)
            .collect();
        before = part;
    }
    all
}

/// What can stand in a part of a path, by what stands before it. Where that isn't known, one thing of each kind.
fn candidates(planted: &Planted, before: &str, name: &str) -> Vec<Thing> {
    let words = |words: &[&str]| words.iter().map(|word| Thing::open("word", word)).collect();
    let kind = match (before, name) {
        // Some addresses also take the id of a group.
        ("g" | "groups", _) => return [&planted.things["name"][..], &planted.things["group"][..]].concat(),
        ("emblem", _) => "group",
        ("t" | "threads" | "shown", _) => "thread",
        ("p" | "posts", _) => "post",
        ("media" | "remote", _) => "media",
        ("{id}", "name") => "file",
        ("activities", _) => "activity",
        ("reports", _) => "report",
        ("decisions", _) => "decision",
        ("notifications" | "notices", _) => "notice",
        ("held", _) => "held",
        ("links", _) => "link",
        ("promotions", _) => "promotion",
        ("rule-changes", _) => "change",
        ("invitations" | "invitation" | "invited", _) => {
            return [&planted.things["secret"][..], &planted.things["invitation"][..]].concat();
        }
        ("members" | "memberships" | "bans" | "people" | "u" | "avatar", _) => "person",
        ("{name}", "part") => return words(&["outbox", "followers", "featured", "moderators", "inbox"]),
        (_, "part") => return words(&["outbox", "followers", "following"]),
        ("reactions", _) => return words(&["like"]),
        (_, "language" | "code") => return words(&["nl"]),
        (_, "word" | "file") => return words(&["not-found"]),
        (_, "format") => return words(&["mastodon-blocks", "allowed", "vakplein-policy"]),
        ("limits" | "texts" | "pages", _) => return words(&["rules"]),
        _ => {
            let kinds = planted.things.iter().filter(|(kind, _)| !matches!(**kind, "file" | "open"));
            return kinds.map(|(_, things)| things[0].clone()).collect();
        }
    };
    planted.things[kind].clone()
}

/// What is asked beside: with a query, and where a body names something of the group at an address that doesn't.
const BESIDE: [(&str, Way, &str, &str); 84] = [
    ("GET", Way::Page, "/report?post={post}", ""),
    ("GET", Way::Page, "/report?group={group}", ""),
    ("GET", Way::Page, "/g/{name}?sort=new", ""),
    ("GET", Way::Page, "/g/{name}?sort=unanswered", ""),
    ("GET", Way::Page, "/g/{name}/ban?person=bob", ""),
    ("GET", Way::Page, "/g/{name}/reports?state=decided", ""),
    ("GET", Way::Page, "/t/{open}/reply?to={post}", ""),
    ("GET", Way::Page, "/groups?which=mine", ""),
    ("GET", Way::Page, "/groups?which=here", ""),
    ("GET", Way::Page, "/groups?which=elsewhere", ""),
    ("GET", Way::Page, "/search?q=kersenpit", ""),
    ("GET", Way::Page, "/search?q=%40{name}%40werkplein.test", ""),
    ("GET", Way::Page, "/g/tuin", ""),
    ("GET", Way::Page, "/g/tuin/log", ""),
    ("GET", Way::Page, "/g/tuin/feed.atom", ""),
    ("GET", Way::Page, "/g/tuin/reports", ""),
    ("GET", Way::Page, "/g/tuin/reports?state=decided", ""),
    ("GET", Way::Page, "/t/{open}", ""),
    ("GET", Way::Page, "/u/ana", ""),
    ("GET", Way::Page, "/u/eva", ""),
    ("GET", Way::Page, "/u/frits", ""),
    ("GET", Way::Page, "/moderation/site?state=decided", ""),
    ("GET", Way::Page, "/admin/federation?which=out", ""),
    ("GET", Way::Page, "/admin/federation?which=refused", ""),
    ("GET", Way::Page, "/admin/people?q=bob", ""),
    ("GET", Way::Api, "/api/v1/groups?filter=mine", ""),
    ("GET", Way::Api, "/api/v1/groups?filter=local", ""),
    ("GET", Way::Api, "/api/v1/groups/{name}/members?state=pending", ""),
    ("GET", Way::Api, "/api/v1/groups/{name}/reports?state=decided", ""),
    ("GET", Way::Api, "/api/v1/groups/{name}/memberships/eva", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/modlog", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/threads", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/reports?state=decided", ""),
    ("GET", Way::Api, "/api/v1/admin/reports?state=decided", ""),
    ("GET", Way::Api, "/api/v1/resolve?uri=@{name}@werkplein.test", ""),
    ("GET", Way::Api, "/api/v1/resolve?uri=http://werkplein.test/g/{name}", ""),
    ("GET", Way::Api, "/api/v1/resolve?uri=http://werkplein.test/t/{thread}", ""),
    ("GET", Way::Api, "/api/v1/resolve?uri=http://werkplein.test/p/{post}", ""),
    ("GET", Way::Api, "/api/v1/resolve?uri=http://werkplein.test/activities/{activity}", ""),
    ("GET", Way::Api, "/api/v1/search?q=kersenpit", ""),
    ("GET", Way::Api, "/api/v1/search/groups?q=kersenpit", ""),
    ("GET", Way::Document, "/.well-known/webfinger?resource=acct:{name}@werkplein.test", ""),
    ("GET", Way::Document, "/.well-known/webfinger?resource=http://werkplein.test/g/{name}", ""),
    ("GET", Way::Document, "/.well-known/webfinger?resource=http://werkplein.test/t/{thread}", ""),
    ("GET", Way::Document, "/u/bob/outbox", ""),
    ("GET", Way::Document, "/g/tuin/outbox", ""),
    ("POST", Way::Page, "/report", "post={post}&category=rules&reason=Zomaar"),
    ("POST", Way::Page, "/report", "group={group}&category=rules&reason=Zomaar"),
    ("POST", Way::Page, "/report", "person=bob&group={group}&category=rules&reason=Zomaar"),
    ("POST", Way::Page, "/t/{open}/move", "group={group}"),
    ("POST", Way::Page, "/t/{open}/reply", "to={post}&content=Zomaar"),
    ("POST", Way::Page, "/settings/data", ""),
    ("POST", Way::Api, "/api/v1/reports", r#"{"group":"{name}","category":"rules","reason":"Zomaar"}"#),
    (
        "POST",
        Way::Api,
        "/api/v1/reports",
        r#"{"person":"bob","group":"{name}","category":"rules","reason":"Zomaar"}"#,
    ),
    ("POST", Way::Api, "/api/v1/threads/{open}/move", r#"{"group":"{name}"}"#),
    ("POST", Way::Api, "/api/v1/threads/{open}/replies", r#"{"content":"Zomaar","parentId":"{post}"}"#),
    ("PATCH", Way::Api, "/api/v1/groups/{name}/memberships", r#"{"person":"bob"}"#),
    ("PATCH", Way::Api, "/api/v1/groups/{name}/memberships", r#"{"person":"bob","state":"pending"}"#),
    (
        "POST",
        Way::Api,
        "/api/v1/groups/{name}/warnings",
        r#"{"person":"bob","reason":"Zomaar","ground":"objection"}"#,
    ),
    ("PUT", Way::Api, "/api/v1/groups/{name}/bans/bob", r#"{"reason":"Zomaar","ground":"objection"}"#),
    ("GET", Way::Page, "/g/tuin/links", ""),
    ("GET", Way::Page, "/g/tuin/links/{link}", ""),
    ("GET", Way::Page, "/g/tuin/offers", ""),
    ("GET", Way::Page, "/g/tuin/new", ""),
    ("GET", Way::Page, "/g/tuin/shown/{thread}/off", ""),
    ("GET", Way::Page, "/t/{open}/promote", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/links", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/links/{link}", ""),
    ("GET", Way::Api, "/api/v1/groups/tuin/offers", ""),
    ("GET", Way::Api, "/api/v1/threads/{open}", ""),
    ("GET", Way::Api, "/api/v1/threads/{open}/promotions", ""),
    ("POST", Way::Page, "/g/tuin/links", "group={name}&side=target&takes=all"),
    ("POST", Way::Page, "/g/tuin/links", "group=%40{name}%40werkplein.test&side=source&takes=all"),
    ("POST", Way::Page, "/g/tuin/links/{link}/accept", "takes=all"),
    ("POST", Way::Page, "/g/tuin/links/{link}/end", "reason=Zomaar"),
    ("POST", Way::Page, "/g/tuin/shown/{thread}/off", "reason=Zomaar"),
    ("POST", Way::Page, "/t/{open}/promote", "group={group}"),
    ("POST", Way::Api, "/api/v1/groups/tuin/links", r#"{"group":"{name}","side":"target"}"#),
    ("POST", Way::Api, "/api/v1/groups/tuin/links", r#"{"group":"@{name}@werkplein.test","side":"source"}"#),
    (
        "POST",
        Way::Api,
        "/api/v1/groups/tuin/links",
        r#"{"group":"http://werkplein.test/g/{name}","side":"target"}"#,
    ),
    ("POST", Way::Api, "/api/v1/threads/{open}/promotions", r#"{"group":"{name}"}"#),
    ("PATCH", Way::Api, "/api/v1/groups/tuin/links/{link}", r#"{"state":"accepted"}"#),
    ("DELETE", Way::Api, "/api/v1/groups/tuin/links/{link}", r#"{"reason":"Zomaar"}"#),
    ("DELETE", Way::Api, "/api/v1/groups/tuin/shown/{thread}", r#"{"reason":"Zomaar"}"#),
];

fn beside(planted: &Planted) -> Vec<Asked> {
    let each = |(method, way, path, body): &(&str, Way, &str, &str)| {
        let method: Method = method.parse().unwrap();
        let body = (method != Method::GET).then(|| (*body).to_owned());
        let mut used = things_in(planted, path);
        used.extend(body.as_deref().map(|body| things_in(planted, body)).unwrap_or_default());
        Asked::new(method, *way, path, body, used)
    };
    BESIDE.iter().map(each).collect()
}

/// One request out of a template, for what is looked at more closely.
pub fn one(planted: &Planted, way: Way, path: &str) -> Asked {
    Asked::new(Method::GET, way, path, None, things_in(planted, path))
}
