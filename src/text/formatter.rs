//! Writes a parsed Markdown text as HTML: our headings, links, images, tables, footnotes and mentions.
//!
//! Safe by itself as far as it goes; the last word has the allow list in `markdown`.

use super::allow::{ADDRESS, DESCRIPTION, LINK_REL, Outline, link};
use super::line::first_bytes;
use super::markdown::MEDIA_PATH;
use super::mentions::{self, Mention, Target};
use super::walk::escape;
use comrak::html::{ChildRendering, Context, format_node_default};
use comrak::nodes::{ListType, Node, NodeValue, TableAlignment};
use std::fmt::{self, Write as _};
use url::Url;

/// Deepest nesting of quotations, lists and emphasis that is shown; what stands deeper loses its marks, not its text.
const DEEPEST: usize = 40;

/// What the formatter knows while it writes one text.
pub(super) struct Page<'m> {
    target: &'m dyn Fn(&Mention) -> Option<Target>,
    origin: &'m Url,
    scope: String,
    depth: usize,
    in_link: usize,
    footnotes: u32,
    /// Cells written of the row of a table.
    column: usize,
    /// For each open link, whether it was written.
    linked: Vec<bool>,
    outline: Outline,
}

impl<'m> Page<'m> {
    /// The state at the start of a text; `scope` goes into ids as it is.
    pub(super) fn new(
        target: &'m dyn Fn(&Mention) -> Option<Target>,
        origin: &'m Url,
        scope: String,
    ) -> Self {
        Self {
            target,
            origin,
            scope,
            depth: 0,
            in_link: 0,
            footnotes: 0,
            column: 0,
            linked: Vec::new(),
            outline: Outline::default(),
        }
    }

    /// What has to follow the last node.
    pub(super) fn end(&self) -> &'static str {
        if self.footnotes > 0 { "</ol></section>" } else { "" }
    }
}

/// Writes one node; called on the way in and on the way out.
pub(super) fn format(
    context: &mut Context<'_, '_, Page<'_>>,
    node: Node<'_>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    let too_deep = context.user.depth > DEEPEST;
    context.user.depth = if entering { context.user.depth + 1 } else { context.user.depth.saturating_sub(1) };
    match &node.data().value {
        value if is_wrapper(value) && if entering { too_deep } else { context.user.depth > DEEPEST } => {}
        NodeValue::Text(text) if entering && context.user.in_link == 0 => write_text(context, text)?,
        NodeValue::Heading(level) if entering => {
            context.cr()?;
            let shown = context.user.outline.heading(level.level);
            write!(context, "<{shown}>")?;
        }
        NodeValue::Heading(_) => {
            let shown = context.user.outline.current();
            writeln!(context, "</{shown}>")?;
        }
        NodeValue::Link(target) if entering => open_link(context, &target.url)?,
        NodeValue::Link(_) => close_link(context)?,
        NodeValue::Image(image) if entering => return open_image(context, node, &image.url),
        NodeValue::Image(_) => close_link(context)?,
        NodeValue::CodeBlock(block) if entering => {
            context.cr()?;
            context.write_str("<pre><code>")?;
            context.escape(&block.literal)?;
            context.write_str("</code></pre>\n")?;
        }
        NodeValue::CodeBlock(_) => {}
        NodeValue::List(list) if entering && list.list_type == ListType::Ordered && list.start != 1 => {
            context.cr()?;
            writeln!(context, "<ol start=\"{}\">", list.start)?;
        }
        NodeValue::TaskItem(task) if entering => {
            // A symbol says the same to everybody; a disabled check box would be a form field without a label.
            context.write_str(if task.symbol.is_some() { "<li>☑ " } else { "<li>☐ " })?;
        }
        NodeValue::TaskItem(_) => context.write_str("</li>\n")?,
        NodeValue::Table(_) => {
            if entering {
                context.cr()?;
                context.write_str("<div class=\"table\" tabindex=\"0\">")?;
            }
            format_node_default(context, node, entering)?;
            if !entering {
                context.write_str("</div>\n")?;
            }
        }
        NodeValue::TableRow(_) => {
            context.user.column = 0;
            return format_node_default(context, node, entering);
        }
        NodeValue::TableCell => write_cell(context, node, entering)?,
        NodeValue::FootnoteReference(reference) if entering => {
            let scope = context.user.scope.clone();
            let id = if reference.ref_num == 1 {
                format!(" id=\"fnref-{scope}-{}\"", reference.ix)
            } else {
                String::new()
            };
            let number = reference.ix;
            let text = if context.user.in_link > 0 {
                number.to_string()
            } else {
                format!("<a href=\"#fn-{scope}-{number}\">{number}</a>")
            };
            write!(context, "<sup{id}>{text}</sup>")?;
        }
        NodeValue::FootnoteReference(_) => {}
        NodeValue::FootnoteDefinition(_) => write_footnote(context, entering)?,
        _ => return format_node_default(context, node, entering),
    }
    Ok(ChildRendering::HTML)
}

/// Nodes that add only a mark around their content and can go without loss of words.
fn is_wrapper(value: &NodeValue) -> bool {
    matches!(
        value,
        NodeValue::BlockQuote
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
    )
}

fn write_text(context: &mut Context<'_, '_, Page<'_>>, text: &str) -> fmt::Result {
    let mut from = 0;
    for (range, mention) in mentions::find(text) {
        let Some(target) = (context.user.target)(&mention) else { continue };
        let Some(url) = link(&target.href).filter(|url| url.scheme() != "mailto") else { continue };
        context.escape(text.get(from..range.start).unwrap_or_default())?;
        let mut html = String::from("<a href=\"");
        escape(&mut html, url.as_str());
        html.push_str("\" class=\"u-url mention\"");
        html.push_str(&rel(&url, context.user.origin));
        html.push('>');
        escape(&mut html, &target.label);
        html.push_str("</a>");
        context.write_str(&html)?;
        from = range.end;
    }
    context.escape(text.get(from..).unwrap_or_default())
}

fn open_link(context: &mut Context<'_, '_, Page<'_>>, address: &str) -> fmt::Result {
    let url = resolve(address, context.user.origin).filter(|_| context.user.in_link == 0);
    context.user.in_link += 1;
    context.user.linked.push(url.is_some());
    let Some(url) = url else { return Ok(()) };
    let mut html = String::from("<a href=\"");
    escape(&mut html, url.as_str());
    html.push('"');
    html.push_str(&rel(&url, context.user.origin));
    html.push('>');
    context.write_str(&html)
}

fn close_link(context: &mut Context<'_, '_, Page<'_>>) -> fmt::Result {
    context.user.in_link = context.user.in_link.saturating_sub(1);
    if context.user.linked.pop() == Some(true) {
        context.write_str("</a>")?;
    }
    Ok(())
}

/// Our own media are shown; any other image becomes a link that says its alternative text.
fn open_image(
    context: &mut Context<'_, '_, Page<'_>>,
    node: Node<'_>,
    address: &str,
) -> Result<ChildRendering, fmt::Error> {
    let url = resolve(address, context.user.origin);
    let alt = words_of(node);
    if let Some(url) = url
        .as_ref()
        .filter(|url| url.origin() == context.user.origin.origin() && url.path().starts_with(MEDIA_PATH))
    {
        context.user.in_link += 1;
        context.user.linked.push(false);
        let mut html = String::from("<img src=\"");
        escape(&mut html, url.as_str());
        html.push_str("\" alt=\"");
        escape(&mut html, first_bytes(&alt, DESCRIPTION));
        html.push_str("\" loading=\"lazy\">");
        context.write_str(&html)?;
        return Ok(ChildRendering::Skip);
    }
    open_link(context, address)?;
    let label = if alt.trim().is_empty() { address } else { &alt };
    context.escape(label)?;
    Ok(ChildRendering::Skip)
}

fn write_cell(context: &mut Context<'_, '_, Page<'_>>, node: Node<'_>, entering: bool) -> fmt::Result {
    let row = node.parent();
    let header = row.is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)));
    let tag = if header { "th" } else { "td" };
    if !entering {
        return write!(context, "</{tag}>");
    }
    let column = context.user.column;
    context.user.column += 1;
    let alignment =
        row.and_then(comrak::arena_tree::Node::parent).and_then(|table| match &table.data().value {
            NodeValue::Table(table) => table.alignments.get(column).copied(),
            _ => None,
        });
    context.cr()?;
    write!(context, "<{tag}{}", if header { " scope=\"col\"" } else { "" })?;
    context.write_str(match alignment {
        Some(TableAlignment::Center) => " class=\"align-center\">",
        Some(TableAlignment::Right) => " class=\"align-right\">",
        _ => ">",
    })
}

fn write_footnote(context: &mut Context<'_, '_, Page<'_>>, entering: bool) -> fmt::Result {
    if entering {
        context.user.footnotes += 1;
        if context.user.footnotes == 1 {
            context.write_str("<section class=\"footnotes\"><ol>\n")?;
        }
        let (scope, number) = (context.user.scope.clone(), context.user.footnotes);
        write!(context, "<li id=\"fn-{scope}-{number}\">")
    } else {
        let (scope, number) = (context.user.scope.clone(), context.user.footnotes);
        writeln!(context, "<a href=\"#fnref-{scope}-{number}\" class=\"footnote-back\">↩ {number}</a></li>")
    }
}

/// The address of a link in a text: absolute, or a path on this instance made absolute so that it also works in copies.
fn resolve(address: &str, origin: &Url) -> Option<Url> {
    let address = address.trim();
    if address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\") {
        let url = origin.join(address).ok()?;
        return (url.origin() == origin.origin() && url.as_str().len() <= ADDRESS).then_some(url);
    }
    link(address)
}

fn rel(url: &Url, origin: &Url) -> String {
    if url.origin() == origin.origin() { String::new() } else { format!(" rel=\"{LINK_REL}\"") }
}

fn words_of(node: Node<'_>) -> String {
    let mut words = String::new();
    for child in node.descendants().skip(1) {
        match &child.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => words.push(' '),
            _ => {}
        }
    }
    words
}
