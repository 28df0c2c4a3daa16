//! The usual attempts to smuggle script into a page, run through both ways in: Markdown and remote HTML.

use super::html::Cleaner;
use super::markdown::Markdown;
use super::mentions::{Mention, Target};
use super::microblog::for_microblogs;
use super::plain::to_text;
use super::walk::{Event, walk};
use url::Url;

/// OWASP's evasion list and its like, mutation attacks on sanitisers among them.
const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=\"javascript:alert(1);\">",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<img src=# onmouseover=\"alert(1)\">",
    "<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    "<IMG SRC=\"jav&#x09;ascript:alert(1);\">",
    "<IMG SRC=\"jav\u{0}ascript:alert(1)\">",
    "<IMG SRC=\" &#14; javascript:alert(1);\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" \tjava\nscript:alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)\">x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"javascript&colon;alert(1)\">x</a>",
    "<a href=\"\u{1}javascript:alert(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"view-source:javascript:alert(1)\">x</a>",
    "<a href=\"https://x.example/\" onclick=alert(1) style=\"position:fixed\" id=\"login\" name=x target=_top>x</a>",
    "<a href='https://x.example/\"onmouseover=\"alert(1)'>x</a>",
    "<a href=https://x.example/`onmouseover=alert(1)`>x</a>",
    "<a href=\"//evil.example\">x</a>",
    "<a href=\"https:evil.example/a\">x</a>",
    "<a href=\"blob:https://x.example/1\">x</a>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mtext></p><mglyph><svg><mtext><style><a title=\"</style><img src onerror=alert(1)>\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<base href=\"https://evil.example/\">",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<p style=\"width:expression(alert(1))\">x</p>",
    "<table background=\"javascript:alert(1)\"><td background=\"javascript:alert(1)\">x</table>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>",
    "<xss style=\"behavior:url(x.htc)\">",
    "<isindex action=javascript:alert(1) type=image>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "<p class=\"admin\" id=\"x\" data-x=1 tabindex=1 contenteditable>x</p>",
    "<a class=\"btn mention\" href=\"https://x.example\">x</a>",
    "<template><script>alert(1)</script></template>",
    "<a href=\"https://x.example/?q=<script>alert(1)</script>\">x</a>",
    "<abbr title='\"><script>alert(1)</script>'>x</abbr>",
    "<td colspan=\"1\" onclick=x>",
    "<img alt='\"><script>alert(1)</script>' src=https://x.example/1>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](  javascript:alert(1) )",
    "[x](\u{1}javascript:alert(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](/\t/evil.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![\"onerror=alert(1)](/media/x)",
    "![x](/media/x\"onerror=\"alert(1))",
    "![x](https://x.example/a\"onload=\"alert(1))",
    "[x](https://x.example/\"onmouseover=\"alert(1))",
    "[x](https://x.example 'a\"onclick=\"alert(1)')",
    "[\"><script>alert(1)</script>](https://x.example)",
    "`<script>alert(1)</script>`",
    "```\"><script>alert(1)</script>\n<img src=x onerror=alert(1)>\n```",
    "```x\" onmouseover=\"alert(1)\ny\n```",
    "|<script>alert(1)</script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "[^\"><script>]\n\n[^\"><script>]: <script>alert(1)</script>",
    "[a](https://x.example)[^1]\n\n[^1]: [x](javascript:alert(1))",
    "@jan<script>alert(1)</script>",
    "@jan\"onmouseover=\"alert(1)",
    "<https://x.example/\"onclick=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "www.x.example/\"><script>alert(1)</script>",
];

/// Every tag and attribute of the result must be one that a text may have, with a value it may have.
fn check(html: &str, own: bool, input: &str) {
    walk(html, |event| {
        if let Event::Open(element) = event {
            let name = element.name().to_owned();
            let fine = matches!(
                name.as_str(),
                "a" | "abbr"
                    | "b"
                    | "blockquote"
                    | "br"
                    | "code"
                    | "del"
                    | "details"
                    | "div"
                    | "em"
                    | "h3"
                    | "h4"
                    | "h5"
                    | "h6"
                    | "hr"
                    | "i"
                    | "li"
                    | "ol"
                    | "p"
                    | "pre"
                    | "s"
                    | "strong"
                    | "sub"
                    | "summary"
                    | "sup"
                    | "table"
                    | "tbody"
                    | "td"
                    | "th"
                    | "thead"
                    | "tr"
                    | "u"
                    | "ul"
                    | "caption"
                    | "dl"
                    | "dt"
                    | "dd"
            ) || (own && matches!(name.as_str(), "img" | "section"));
            assert!(fine, "<{name}> in {html}\nfrom {input}");
            for bad in [
                "onerror",
                "onclick",
                "onmouseover",
                "onload",
                "ontoggle",
                "style",
                "name",
                "target",
                "srcdoc",
                "data-x",
                "contenteditable",
                "background",
                "formaction",
                "action",
            ] {
                assert!(element.attribute(bad).is_none(), "{bad} in {html}\nfrom {input}");
            }
            assert!(
                element
                    .attribute("id")
                    .is_none_or(|id| own && (id.starts_with("fn-") || id.starts_with("fnref-"))),
                "{html}\nfrom {input}"
            );
            let classes = [
                "mention",
                "hashtag",
                "u-url",
                "table",
                "align-right",
                "align-center",
                "footnotes",
                "footnote-back",
            ];
            assert!(
                element
                    .attribute("class")
                    .is_none_or(|class| class.split(' ').all(|one| classes.contains(&one))),
                "{html}\nfrom {input}"
            );
            for key in ["href", "src"] {
                if let Some(address) = element.attribute(key) {
                    let local = own && address.starts_with("#fn");
                    let scheme = Url::parse(address).map(|url| url.scheme().to_owned());
                    assert!(
                        local
                            || scheme
                                .as_ref()
                                .is_ok_and(|scheme| ["http", "https", "mailto"].contains(&scheme.as_str())),
                        "{address} in {html}\nfrom {input}"
                    );
                    assert!(
                        key == "href" || address.starts_with("https://plein.example/media/"),
                        "{html}\nfrom {input}"
                    );
                    let ours = local || address.starts_with("https://plein.example/");
                    assert!(
                        ours || !own || element.attribute("rel").is_some(),
                        "no rel in {html}\nfrom {input}"
                    );
                    assert!(
                        own || element.attribute("rel") == Some("nofollow noopener noreferrer ugc"),
                        "no rel in {html}\nfrom {input}"
                    );
                }
            }
        }
    });
    let lower = html.to_ascii_lowercase();
    assert!(!lower.contains("<script") && !lower.contains("<!--"), "{html}\nfrom {input}");
}

fn target(mention: &Mention) -> Option<Target> {
    Some(Target { href: format!("https://plein.example/u/{}", mention.name), label: mention.handle() })
}

#[test]
fn no_attack_survives_markdown() {
    let markdown = Markdown::new(&Url::parse("https://plein.example/").unwrap());
    for input in ATTACKS {
        let rendered = markdown.render(input, "p1", &target);
        check(&rendered.html, true, input);
        check_copy(&rendered.html, input);
    }
}

#[test]
fn no_attack_survives_the_cleaning_of_remote_html() {
    let cleaner = Cleaner::new();
    for input in ATTACKS {
        for input in [
            (*input).to_owned(),
            format!("<p>{input}"),
            format!("<table>{input}</table>"),
            format!("<svg>{input}</svg>{input}"),
            format!("<ul><li><a href=https://x.example>{input}"),
        ] {
            let cleaned = cleaner.clean(&input);
            check(&cleaned, false, &input);
            check_copy(&cleaned, &input);
            check(&cleaner.clean(&cleaned), false, &input);
        }
    }
}

#[test]
fn text_taken_from_html_is_not_markup_again() {
    let cleaner = Cleaner::new();
    for input in ATTACKS {
        let text = to_text(&cleaner.clean(input));
        let mut escaped = String::new();
        super::walk::escape(&mut escaped, &text);
        walk(&escaped, |event| assert!(matches!(event, Event::Text(_)), "{escaped}"));
    }
}

/// The copy for microblogs holds no element beyond Mastodon's.
fn check_copy(html: &str, input: &str) {
    walk(&for_microblogs(html), |event| {
        if let Event::Open(element) = event {
            let name = element.name();
            let shown = [
                "p",
                "br",
                "a",
                "del",
                "s",
                "pre",
                "blockquote",
                "code",
                "b",
                "strong",
                "u",
                "sub",
                "sup",
                "i",
                "em",
                "h3",
                "h4",
                "h5",
                "ul",
                "ol",
                "li",
                "abbr",
            ];
            assert!(shown.contains(&name), "<{name}> from {input}");
            assert!(
                element.attribute("id").is_none()
                    && element
                        .attribute("href")
                        .is_none_or(|href| Url::parse(href).is_ok_and(|url| url.scheme() != "javascript"))
            );
        }
    });
}
