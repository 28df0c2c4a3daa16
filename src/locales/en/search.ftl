# Search.

search-title = Search
search-label = What are you looking for?
search-hint = Type a few words. You can also enter the address of a group or person, for example @garden@example.com.
search-groups = Groups
search-posts = Discussions and replies with "{ $query }"
search-none = Nothing found for "{ $query }"
search-none-text = Check whether you spelled the words right, or try other words.
search-address = On another site
search-address-login = Log in to search for groups and people on other sites
search-address-text = We can look up { $address } on its own site.
search-address-do = Search on that site

flash-search-none = We couldn't find { $value }. Check the address. That site may not be working right now.
flash-search-blocked = We have no contact with the site of { $value }.
flash-search-busy = The site of { $value } isn't answering. Try again later.
