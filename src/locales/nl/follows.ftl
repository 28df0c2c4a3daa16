# Wie iemand volgt, bij de instellingen.

settings-follows = Wie u volgt
settings-follows-text = Iedereen beslist zelf wie hem of haar volgt. Staat iemand hier niet meer? Dan volgt u die persoon niet meer.
settings-follows-none = U volgt niemand
settings-follows-waits = wacht op antwoord
settings-follows-since = sinds
settings-follows-more = Meer mensen
