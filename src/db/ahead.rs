//! What was read ahead: for many acts that follow each other in one unit of work, in one statement where each would ask for itself.
//!
//! The features that need it put it there, look there first, and take out of it what they change. It never leaves the unit of
//! work, and whoever runs anything else in there lets go of it before ([`Tx::look_anew`]): an act that could change what was read
//! always finds nothing here.

use std::any::Any;

use super::Tx;

impl Tx<'_> {
    /// Keeps something that was read for the acts that come next.
    pub fn keep_ahead<T: Any>(&mut self, value: T) {
        self.ahead.push(Box::new(value));
    }

    /// What was read ahead, if it was.
    pub fn ahead<T: Any>(&self) -> Option<&T> {
        self.ahead.iter().find_map(|kept| kept.downcast_ref())
    }

    /// The same, to take something out of it.
    pub fn ahead_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.ahead.iter_mut().find_map(|kept| kept.downcast_mut())
    }

    /// Lets go of what was read ahead: before something that may change it.
    pub fn look_anew(&mut self) {
        self.ahead.clear();
    }
}
