//! ActivityPub: how this server speaks with other servers.

pub mod signatures;
