# Whom somebody follows, among the settings.

settings-follows = People you follow
settings-follows-text = Everybody decides who may follow them. If somebody is no longer in this list, you no longer follow them.
settings-follows-none = You follow nobody
settings-follows-waits = waiting for an answer
settings-follows-since = since
settings-follows-more = More people
