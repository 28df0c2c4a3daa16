//! Vakplein: a federated community server for Dutch municipalities and work-and-income offices.

pub mod federation;
pub mod keys;
pub mod locale;
pub mod web;
