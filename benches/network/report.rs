//! Tables of figures, as text, Markdown or JSON.

use serde_json::{Value, json};

/// A table.
pub struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty one.
    pub fn new(title: &str, head: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            head: head.iter().map(|&word| word.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn text(&self) -> String {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let width = |column: usize| lines().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = format!("\n{}\n", self.title);
        for row in lines() {
            for (column, cell) in row.iter().enumerate() {
                let (room, left) = (widths[column], column == 0);
                text += &if left { format!("  {cell:<room$}") } else { format!("  {cell:>room$}") };
            }
            text.push('\n');
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<String> =
            (0..self.head.len()).map(|column| if column == 0 { "---" } else { "--:" }.to_owned()).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("\n### {}\n\n{}{}{rows}", self.title, line(&self.head), line(&rule))
    }

    fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                self.head
                    .iter()
                    .cloned()
                    .zip(row.iter().map(|cell| json!(cell)))
                    .collect::<serde_json::Map<_, _>>()
            })
            .map(Value::Object)
            .collect();
        json!({"title": self.title, "rows": rows})
    }
}

/// How the tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Markdown,
    Json,
}

/// Writes the tables out.
pub fn print(tables: &[Table], form: Form) {
    match form {
        Form::Text => tables.iter().for_each(|table| print!("{}", table.text())),
        Form::Markdown => tables.iter().for_each(|table| print!("{}", table.markdown())),
        Form::Json => println!("{:#}", Value::Array(tables.iter().map(Table::json).collect())),
    }
}

/// A number with three digits that count, and commas between thousands.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1_000.0 {
        let rounded = if size >= 100_000.0 { (value / 1_000.0).round() * 1_000.0 } else { value.round() };
        let digits = format!("{rounded:.0}");
        let mut parts = Vec::new();
        let mut rest = digits.as_str();
        while rest.len() > 3 {
            let (front, back) = rest.split_at(rest.len() - 3);
            parts.push(back);
            rest = front;
        }
        parts.push(rest);
        parts.reverse();
        return parts.join(",");
    }
    match size {
        0.0 => "0".to_owned(),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// How many, the middle one, the slowest of 20 and of 100 but one, and the slowest, in milliseconds.
pub fn spread(micros: &[i64]) -> [String; 5] {
    let mut sorted = micros.to_vec();
    sorted.sort_unstable();
    let at = |share: f64| {
        let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        duration(sorted.get(place).copied().unwrap_or(0) as f64 / 1e6)
    };
    [number(sorted.len() as f64), at(0.5), at(0.95), at(0.99), at(1.0)]
}

/// A time in the unit that suits it.
pub fn duration(seconds: f64) -> String {
    match seconds {
        86_400.0.. => format!("{} d", number(seconds / 86_400.0)),
        3_600.0.. => format!("{} h", number(seconds / 3_600.0)),
        1.0.. => format!("{} s", number(seconds)),
        _ => format!("{} ms", number(seconds * 1e3)),
    }
}

/// Bytes in the unit that suits them.
pub fn bytes(count: f64) -> String {
    match count.abs() {
        1e9.. => format!("{} GB", number(count / 1e9)),
        1e6.. => format!("{} MB", number(count / 1e6)),
        1e3.. => format!("{} kB", number(count / 1e3)),
        _ => format!("{} B", number(count)),
    }
}
