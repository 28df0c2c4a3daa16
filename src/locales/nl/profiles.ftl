# The page of a person.

people-since = Lid sinds
people-elsewhere = Account op
people-moved = Verhuisd naar
people-edit = Profiel bewerken
people-follow = Volgen
people-unfollow = U volgt
people-follow-asked = Aangevraagd
people-follows-you = volgt u
people-actions = Meer acties voor { $name }
people-mute = Dempen
people-block = Blokkeren
people-unblock = Niet meer blokkeren of dempen
people-report = Melden
people-admin = Bekijken als beheerder
people-is-blocked = U blokkeert deze persoon.
people-is-muted = U dempt deze persoon. U ziet diens berichten niet.
people-about = Over { $name }
people-posts = Berichten
people-posts-none = Nog geen openbare berichten
people-reply = Antwoord op:
flash-followed = U volgt deze persoon nu.
flash-unfollowed = U volgt deze persoon niet meer.
