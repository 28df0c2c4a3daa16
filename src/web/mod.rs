//! The pages: they translate between a browser and the features, and hold no rule of their own.

pub mod assets;
pub mod page;
pub mod parts;

#[cfg(test)]
mod gallery;
