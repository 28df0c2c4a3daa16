//! A page with every part on it, to look at while working on the styles; it is no route.
//!
//! `VAKPLEIN_GALLERY=folder cargo test --lib gallery` writes it, with its assets, to that folder.

use std::{path::Path, sync::Arc};

use askama::Template;
use chrono::{Duration, TimeZone, Utc};

use crate::{
    locale::{Locales, Texts},
    web::{
        assets::asset,
        page::{Alternate, FormErrors, Page, Section, SignedIn, Tone},
        parts::{Action, Event, Fact, File, Gone, Group, Pager, Person, Post, Tab, Topic},
    },
};

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    page: Page,
    groups: Vec<Group>,
    topics: Vec<Topic>,
    first: Post,
    replies: Vec<Post>,
    tabs: Vec<Tab>,
    pager: Pager,
    facts: Vec<Fact>,
    events: Vec<Event>,
    errors: FormErrors,
    actions: Vec<Action>,
}

fn person(name: &str, function: &str, host: &str, roles: &[&str]) -> Person {
    Person {
        name: name.to_owned(),
        url: "/u/someone".to_owned(),
        handle: format!("@{name}@{host}"),
        function: function.to_owned(),
        host: host.to_owned(),
        roles: roles.iter().map(ToString::to_string).collect(),
        ..Person::default()
    }
}

fn group(title: &str, mission: &str, colour: u8, members: i64, topics: i64) -> Group {
    Group {
        title: title.to_owned(),
        url: "/g/group".to_owned(),
        mission: mission.to_owned(),
        colour,
        class: "Openbaar".to_owned(),
        members: Some(members),
        topics: Some(topics),
        ..Group::default()
    }
}

fn action(text: &str, icon: &'static str, post: bool, danger: bool) -> Action {
    Action { text: text.to_owned(), url: "/x".to_owned(), icon, post, danger }
}

fn gallery(lang: &str, signed_in: bool) -> Gallery {
    let locales = Arc::new(Locales::load().unwrap());
    let lang = locales.find(lang).unwrap();
    let now = Utc.with_ymd_and_hms(2026, 12, 1, 13, 5, 0).unwrap();
    let mut page = Page::new(Texts::new(locales, lang), now, "/g/inkomen/gesprekken?sort=new")
        .titled("Bijstand en inkomen")
        .crumb("Groepen", "/groups")
        .crumb("Bijstand en inkomen", "")
        .section(Section::Groups)
        .flash(Tone::Ok, "Uw vraag is geplaatst. U krijgt bericht als iemand antwoordt.");
    page.instance = "Werkplein Eemsdelta".to_owned();
    page.tagline = "Forum over werk en inkomen".to_owned();
    page.signup = true;
    page.csrf = "token".to_owned();
    page.description = "Vragen over bijstand".to_owned();
    page.alternates.push(Alternate {
        kind: "application/atom+xml",
        url: "/g/inkomen.atom".to_owned(),
        title: "Nieuwe gesprekken".to_owned(),
    });
    page.member = signed_in.then(|| SignedIn {
        name: "Fatima el Amrani".to_owned(),
        url: "/u/fatima".to_owned(),
        handle: "@Fatima el Amrani@".to_owned(),
        unread: 3,
        is_admin: true,
        is_moderator: true,
        ..SignedIn::default()
    });

    let fatima = person("Fatima el Amrani", "klantmanager inkomen, gemeente Eemsdelta", "", &["moderator"]);
    let joost = person("Joost Wiersma", "", "", &[]);
    let anneke =
        person("Anneke Postma", "schuldhulpverlener, gemeente Zutphen", "kenplein.example", &["specialist"]);
    let mila = person("Mila", "", "mastodon.example", &[]);

    let topic = |title: &str, excerpt: &str, author: &Person, replies| Topic {
        title: title.to_owned(),
        url: "/g/inkomen/1".to_owned(),
        excerpt: excerpt.to_owned(),
        author: author.clone(),
        group: "Bijstand en inkomen".to_owned(),
        group_url: "/g/inkomen".to_owned(),
        colour: 1,
        replies,
        last: now - Duration::minutes(replies * 47 + 5),
        ..Topic::default()
    };
    let topics = vec![
        Topic {
            pinned: true,
            locked: true,
            ..topic(
                "Lees dit eerst: zo werkt dit forum",
                "Iedereen kan hier vragen stellen. Medewerkers van het werkplein kijken elke werkdag mee. Zet geen gegevens van uzelf in een bericht.",
                &fatima,
                0,
            )
        },
        Topic {
            unread: 2,
            ..topic(
                "Mag ik vrijwilligerswerk doen naast mijn bijstandsuitkering?",
                "Ik wil graag twee ochtenden helpen bij de voedselbank. Moet ik dat eerst melden bij mijn klantmanager, of mag het gewoon?",
                &joost,
                12,
            )
        },
        Topic {
            is_new: true,
            unanswered: true,
            ..topic(
                "Inkomstenformulier te laat ingeleverd, wat nu?",
                "Door ziekte ben ik vergeten het formulier van november in te leveren. Krijg ik nu geen geld?",
                &mila,
                0,
            )
        },
        Topic {
            pending: true,
            ..topic(
                "Schuldhulp: hoe lang duurt het voordat er een plan is?",
                "Ik heb drie weken geleden een eerste gesprek gehad.",
                &joost,
                1,
            )
        },
        Topic {
            via: true,
            ..topic("Kostendelersnorm als mijn zoon van 21 weer thuis komt wonen", "", &anneke, 1_204)
        },
    ];

    let text = "<p>Ja, dat mag meestal wel. Volgens <a href=\"https://wetten.overheid.nl/\">artikel 9 van de Participatiewet</a> moet u wel <strong>melden</strong> wat u doet. Zo voorkomt u problemen later.</p><ol><li>Vertel uw klantmanager waar u gaat helpen.</li><li>Vraag of er een <em>vrijwilligersvergoeding</em> bij hoort.</li><li>Wacht op de bevestiging.</li></ol><blockquote><p>In 2026 mag u hoogstens € 210 per maand aan vergoeding krijgen.</p></blockquote>";
    let post = |id: &str, author: &Person, html: &str, depth, minutes| Post {
        id: id.to_owned(),
        url: format!("/t/1#p-{id}"),
        author: author.clone(),
        at: now - Duration::minutes(minutes),
        html: html.to_owned(),
        depth,
        parent_name: if depth > 0 { "Joost Wiersma".to_owned() } else { String::new() },
        parent_url: if depth > 0 { "#p-1".to_owned() } else { String::new() },
        like_url: if signed_in { "/posts/1/like".to_owned() } else { String::new() },
        reply_url: if signed_in { format!("/t/1/reply/{id}") } else { String::new() },
        likes: i64::try_from(depth).unwrap() * 3,
        actions: vec![
            action("Bewerken", "edit", false, false),
            action("Melden", "flag", false, false),
            action("Verwijderen", "trash", true, true),
        ],
        ..Post::default()
    };
    let first = Post {
        files: vec![
            File {
                name: "Brief over vrijwilligerswerk".to_owned(),
                url: "/media/1".to_owned(),
                kind: "PDF".to_owned(),
                size: page.texts.size(184_300),
                ..File::default()
            },
            File {
                name: "Foto".to_owned(),
                url: "/media/2".to_owned(),
                preview: Some(asset("logo.svg")),
                alt: "Het logo van Vakplein".to_owned(),
                width: 120,
                height: 120,
                ..File::default()
            },
        ],
        ..post(
            "0",
            &joost,
            "<p>Ik heb sinds maart een bijstandsuitkering. Nu wil ik graag twee ochtenden per week helpen bij de voedselbank in Delfzijl. Mijn buurman zegt dat dit gevolgen kan hebben voor mijn uitkering.</p><p>Weet iemand hoe dit zit? En bij wie moet ik het melden?</p>",
            0,
            3_000,
        )
    };
    let replies = vec![
        Post {
            edited_url: "/posts/1/history".to_owned(),
            liked: true,
            likes: 14,
            ..post("1", &fatima, text, 0, 2_000)
        },
        post("2", &joost, "<p>Dank je wel! Ik bel morgen mijn klantmanager.</p>", 1, 600),
        Post {
            unread: true,
            ..post(
                "3",
                &anneke,
                "<p>Goed om te weten: het bedrag van de vergoeding verandert elk jaar. In de tabel staan de bedragen van nu.</p><div class=\"table\" tabindex=\"0\"><table><thead><tr><th>Soort</th><th>Per maand</th><th>Per jaar</th></tr></thead><tbody><tr><td>Vrijwilligersvergoeding</td><td>€ 210</td><td>€ 2.100</td></tr><tr><td>Kosten die u zelf maakt</td><td>Wat u kunt aantonen</td><td>Wat u kunt aantonen</td></tr></tbody></table></div><pre><code>aanvraag/vrijwilligerswerk?gemeente=eemsdelta&amp;jaar=2026&amp;formulier=melding-onbetaald-werk</code></pre>",
                2,
                90,
            )
        },
        Post {
            pending: "kenplein.example".to_owned(),
            ..post("4", &mila, "<p>Geldt dit ook in Groningen?</p>", 3, 12)
        },
        post(
            "5",
            &fatima,
            "<p>Ja. Elke gemeente mag wel eigen afspraken maken over <code>onbeloonde additionele werkzaamheden</code>.</p>",
            6,
            3,
        ),
        Post { gone: Gone::Removed("reclame".to_owned()), ..post("6", &mila, "", 1, 2) },
        Post { gone: Gone::Deleted, ..post("7", &joost, "", 0, 1) },
    ];

    let mut errors = FormErrors::default();
    errors.add("title", "Geef uw vraag een titel");
    errors.add("joining", "Kies hoe mensen lid worden");

    Gallery {
        groups: vec![
            Group {
                joined: true,
                unread: 4,
                ..group(
                    "Bijstand en inkomen",
                    "Vragen over uw uitkering, inkomsten en regels. Medewerkers van het werkplein denken mee.",
                    1,
                    1_284,
                    319,
                )
            },
            group(
                "Schulden en geldzorgen",
                "Hulp bij schulden: van de eerste stap tot een plan. U staat er niet alleen voor.",
                2,
                640,
                151,
            ),
            group("Werk vinden", "Solliciteren, proefplaatsing en werken naast uw uitkering.", 3, 872, 204),
            Group {
                host: "kenplein.example".to_owned(),
                ..group(
                    "Klantmanagers werk en inkomen",
                    "Collega's helpen elkaar met lastige vragen over de Participatiewet.",
                    6,
                    3_911,
                    1_119,
                )
            },
        ],
        topics,
        first,
        replies,
        tabs: vec![
            Tab { text: "Laatst actief".to_owned(), url: "?".to_owned(), current: true, count: None },
            Tab { text: "Nieuw".to_owned(), url: "?sort=new".to_owned(), current: false, count: None },
            Tab {
                text: "Onbeantwoord".to_owned(),
                url: "?sort=open".to_owned(),
                current: false,
                count: Some(7),
            },
        ],
        pager: Pager { newer: Some("?after=1".to_owned()), older: Some("?before=1".to_owned()) },
        facts: vec![
            Fact { term: "Gestart".to_owned(), text: page.date(&now), ..Fact::default() },
            Fact {
                term: "Lid worden".to_owned(),
                text: "Iedereen kan meedoen".to_owned(),
                ..Fact::default()
            },
            Fact {
                term: "Volgen".to_owned(),
                text: "@inkomen@eemsdelta.example".to_owned(),
                url: "/g/inkomen".to_owned(),
            },
        ],
        events: vec![
            Event {
                at: now,
                text: "Fatima el Amrani sloot het gesprek".to_owned(),
                detail: "De vraag is beantwoord.".to_owned(),
                icon: "lock",
                tone: "",
            },
            Event {
                at: now - Duration::hours(4),
                text: "Bericht van Mila verwijderd".to_owned(),
                detail: "Reden: reclame".to_owned(),
                icon: "shield",
                tone: "error",
            },
            Event {
                at: now - Duration::days(2),
                text: "Anneke Postma is lid geworden".to_owned(),
                detail: String::new(),
                icon: "check",
                tone: "ok",
            },
        ],
        errors,
        actions: vec![
            action("Groep instellen", "settings", false, false),
            action("Groep verlaten", "logout", true, true),
        ],
        page,
    }
}

#[test]
fn the_gallery_renders_in_every_language() {
    for (lang, signed_in) in [("nl", true), ("nl", false), ("en", true)] {
        let html = gallery(lang, signed_in).render().unwrap();
        for text in html.split('>').filter_map(|piece| piece.split('<').next()) {
            let missing = ["layout-", "post-", "topic-", "form-", "person-", "group-", "alert-"];
            assert!(!missing.iter().any(|key| text.trim().starts_with(key)), "no text for {text}");
        }
        assert!(!html.contains(" style="), "the security policy forbids inline styles");
        if let Some(folder) = std::env::var_os("VAKPLEIN_GALLERY") {
            write(Path::new(&folder), &format!("{lang}-{signed_in}.html"), &html);
        }
    }
}

fn write(folder: &Path, name: &str, html: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/assets");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join(name), html).unwrap();
    for file in std::fs::read_dir(source).unwrap() {
        let file = file.unwrap();
        let url = asset(&file.file_name().into_string().unwrap());
        std::fs::copy(file.path(), folder.join(url.trim_start_matches('/'))).unwrap();
    }
}
