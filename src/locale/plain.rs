//! Texts without choices in them: words, and values between them. Nearly all texts are such, and a page has thousands of them; Fluent
//! takes ten times as long for one, since it is ready for anything.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_bundle::{FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::{Arg, grouped};

/// A text with places for values.
pub(super) struct Plain(Vec<Piece>);

enum Piece {
    Words(String),
    /// The value of this name.
    Value(String),
}

impl Plain {
    /// Those of a file, by key.
    pub(super) fn all(resource: &FluentResource) -> HashMap<String, Self> {
        let messages = resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some((message.id.name, message.value.as_ref()?)),
            _ => None,
        });
        messages.filter_map(|(key, pattern)| Some((key.to_owned(), Self::of(pattern)?))).collect()
    }

    /// `None` when it has anything else in it: that is Fluent's to understand.
    fn of(pattern: &Pattern<&str>) -> Option<Self> {
        let pieces = pattern.elements.iter().map(|element| match element {
            PatternElement::TextElement { value } => Some(Piece::Words((*value).to_owned())),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => Some(Piece::Value(id.name.to_owned())),
            PatternElement::Placeable { .. } => None,
        });
        pieces.collect::<Option<Vec<Piece>>>().map(Self)
    }

    /// The text with these values; numbers are grouped by `separator`. `None` when one is missing.
    pub(super) fn with(&self, values: &[(&str, &dyn Arg)], separator: char) -> Option<Cow<'_, str>> {
        if let [Piece::Words(words)] = self.0.as_slice() {
            return Some(Cow::Borrowed(words));
        }
        let mut text = String::new();
        for piece in &self.0 {
            let name = match piece {
                Piece::Words(words) => {
                    text.push_str(words);
                    continue;
                }
                Piece::Value(name) => name,
            };
            match values.iter().find(|(given, _)| given == name)?.1.value() {
                FluentValue::String(value) => text.push_str(&value),
                number => text.push_str(&grouped(&number, separator)?),
            }
        }
        Some(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Files, Locales, parse};
    use super::*;

    #[test]
    fn plain_texts_read_as_fluent_reads_them() {
        let locales = Locales::load().unwrap();
        let mut count = 0;
        for lang in locales.all() {
            let language = locales.language(lang);
            let prefix = format!("{}/", locales.code(lang));
            for path in Files::iter().filter(|path| path.starts_with(&prefix)) {
                for (key, plain) in Plain::all(&parse(&path).unwrap()) {
                    let names = plain.0.iter().filter_map(|piece| match piece {
                        Piece::Value(name) => Some(name.as_str()),
                        Piece::Words(_) => None,
                    });
                    let names: Vec<&str> = names.collect();
                    for value in [&"a <b> & \u{2068}c" as &dyn Arg, &0, &1, &12_345, &-1_000] {
                        let values: Vec<(&str, &dyn Arg)> = names.iter().map(|name| (*name, value)).collect();
                        let ours = plain.with(&values, language.separator);
                        assert_eq!(ours.as_deref(), language.by_fluent(&key, &values).as_deref(), "{key}");
                    }
                    assert_eq!(
                        plain.with(&[], '.').is_none(),
                        !names.is_empty(),
                        "{key}: a value is missing"
                    );
                    count += 1;
                }
            }
        }
        assert!(count > 1_000, "only {count} texts are plain");
    }
}
