//! What may be seen, and what may cross to another server. Unknown means no.

use super::{Class, Destination, PeerState, Reason};

/// Whether somebody reads what is in a group of this class.
///
/// # Errors
/// `Hidden`: it is told as "not found".
pub fn reads_group(class: Class, member: bool, _admin: bool) -> Result<(), Reason> {
    match class {
        Class::Openbaar => Ok(()),
        // Nobody looks over their shoulder: an administrator reads a closed group only as its member.
        Class::Leden | Class::Vertrouwelijk | Class::Lokaal => member.then_some(()).ok_or(Reason::Hidden),
    }
}

/// Whether content of this class may go to a destination.
pub fn may_cross(class: Class, destination: &Destination) -> bool {
    match (class, destination) {
        (Class::Openbaar, Destination::Anyone) => true,
        (Class::Openbaar, Destination::Peer { state, .. }) => *state != PeerState::Blocked,
        // No instance has an agreement yet that would let a closed class cross.
        (Class::Leden | Class::Vertrouwelijk | Class::Lokaal, _) => false,
    }
}

/// Whether a server is told that somebody's tie with a group of this class has ended. That tells nothing of what is in the
/// group, so a blocked server hears it too: it would go on believing, and its people would go on waiting.
pub fn may_part(class: Class) -> bool {
    class == Class::Openbaar
}
