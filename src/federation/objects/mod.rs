//! Between the wire and the domain: what documents look like, both ways.

pub mod document;
