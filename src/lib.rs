//! Vakplein: a federated community server for Dutch municipalities and work-and-income offices.
//!
//! A community is made of acts. One act is one function in the feature that owns the table; it asks [`policy`], changes
//! rows, and writes a line in the [`journal`], all in one transaction. Three edges only translate: [`web`], `api` and
//! [`federation`]. ARCHITECTURE.md is the map.

pub mod actors;
pub mod agreements;
pub mod api;
pub mod app;
pub mod audit;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod doctor;
pub mod error;
pub mod federation;
pub mod fediverse;
pub mod groups;
pub mod held;
pub mod ids;
pub mod instance;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod limits;
pub mod links;
pub mod listen;
pub mod load;
pub mod locale;
pub mod mail;
pub mod media;
pub mod membership;
pub mod mending;
pub mod moderation;
pub mod notices;
pub mod people;
pub mod policy;
pub mod prune;
pub mod request;
pub mod rules;
pub mod search;
pub mod server;
pub mod telemetry;
pub mod text;
pub mod threads;
pub mod urls;
pub mod web;
pub mod worker;
