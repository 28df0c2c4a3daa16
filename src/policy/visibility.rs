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

/// Whether somebody may know that a group of this class is there: its name, what it is for, its rules and how one joins.
///
/// # Errors
/// `Hidden`: it is told as "not found".
pub fn knows_group(class: Class, face: bool, member: bool) -> Result<(), Reason> {
    match class {
        Class::Openbaar => Ok(()),
        Class::Leden | Class::Vertrouwelijk | Class::Lokaal => {
            (face || member).then_some(()).ok_or(Reason::Hidden)
        }
    }
}

/// Whether content of this class may go to a destination.
pub fn may_cross(class: Class, destination: &Destination) -> bool {
    match (class, destination) {
        (Class::Openbaar, Destination::Anyone) => true,
        (Class::Openbaar, Destination::Peer { state, .. }) => *state != PeerState::Blocked,
        (Class::Leden | Class::Vertrouwelijk, Destination::Peer { state, ceiling, member, .. }) => {
            *member && *state != PeerState::Blocked && reaches(*ceiling, class)
        }
        (Class::Leden | Class::Vertrouwelijk, Destination::Anyone) | (Class::Lokaal, _) => false,
    }
}

/// Whether an agreement up to `ceiling` lets something of this class cross at all. What is `lokaal` never does, whatever was agreed.
pub fn reaches(ceiling: Class, class: Class) -> bool {
    match class {
        Class::Openbaar => true,
        Class::Leden | Class::Vertrouwelijk => ceiling >= class,
        Class::Lokaal => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{may_cross, reaches};
    use crate::policy::{Class, Destination, PeerState};

    #[test]
    fn no_class_crosses_above_the_ceiling_and_none_without_a_member() {
        for class in Class::ALL.iter().copied() {
            for ceiling in Class::ALL.iter().copied() {
                for state in PeerState::ALL.iter().copied() {
                    for member in [false, true] {
                        let to = Destination::Peer { host: "b.example".to_owned(), state, ceiling, member };
                        let crosses = may_cross(class, &to);
                        assert!(!(crosses && state == PeerState::Blocked));
                        if class > Class::Openbaar {
                            assert!(
                                !crosses || (member && ceiling >= class && class < Class::Lokaal),
                                "{to:?}"
                            );
                            assert!(!may_cross(class, &Destination::Anyone));
                        }
                    }
                }
                assert!(!reaches(ceiling, Class::Lokaal));
            }
        }
    }
}
