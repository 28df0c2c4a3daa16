//! Files that people attach: what is accepted, and how it is made fit to be shown to others.

pub mod files;
mod images;
mod office;
mod pdf;
