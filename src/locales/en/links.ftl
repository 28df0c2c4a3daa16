# Links between groups: what is shown of another group, where discussions of this one are shown, asking and answering.

links-menu = Links
links-menu-waiting = Links ({ $count } to answer)
links-waiting = { $count ->
    [one] 1 group asks for a link. See the request
   *[other] { $count } groups ask for a link. See the requests
}
links-about = Links with other groups
links-about-text = This group shares public discussions with other groups.
links-about-more = See with which groups
links-title = Links of { $name }
links-lead = By a link, public discussions of one group are shown in another as well. A discussion stays in its own group, and that is where replies go.
links-elsewhere = This group is on { $host }. Here you only see its links with groups of this site.
links-closed = This group is not public, so it can't have links.
links-none = This group has no links yet

links-to-answer = Requests to this group
links-asked = Requests by this group
links-shows = Discussions of these groups are shown here
links-shown-in = Discussions of this group are shown in these groups
links-wants-target = This group would like its discussions to be shown here as well.
links-wants-source = This group would like to show discussions of this group there as well.
links-we-asked-target = We asked whether we may show discussions of this group here. An owner of the other group still has to agree.
links-we-asked-source = We asked whether this group would like to show our discussions. An owner of the other group still has to agree.
links-takes-all = All discussions.
links-takes-words = Discussions with one of these words: { $words }.
links-takes-promoted = Discussions that somebody proposed and that the moderators chose.
links-takes-elsewhere = That group itself chooses which discussions are shown there.
links-rests = Nothing of it is shown now. This site lets nothing pass from or to the site of one of the groups. The link itself stays.
links-asked-by = Asked by { $name } on { $date }.
links-asked-on = Asked on { $date }.
links-since = Since { $date }.
links-accept = Agree
links-answer = See and answer
links-refuse = Refuse
links-withdraw = Withdraw request
links-change = Change
links-end = End

links-new = Ask for a link
links-new-text = The owners of the other group get a notification. The link only works once one of them agrees.
links-field-group = With which group?
links-field-group-hint = The name of a group on this site, an address such as !name@example.com, or the web address of the group.
links-field-side = What would you like?
links-side-target = Show discussions of that group here
links-side-source = Have discussions of this group shown there
links-side-source-hint = That group itself chooses which discussions those are.
links-field-takes = Which discussions are shown here?
links-field-takes-hint = This only counts when you choose to show discussions of that group here.
links-all = All discussions
links-all-hint = New discussions are added by themselves.
links-promoted = Only discussions that our moderators choose
links-promoted-hint = Somebody in that group proposes a discussion. Your moderators decide whether it is shown here.
links-field-words = Only discussions with these words
links-field-words-hint = Put each word on a line of its own. A discussion is shown when one of the words is in its title or its beginning. Leave this empty for all discussions.
links-field-note = Message to the other group
links-field-note-hint = For example why you ask. Only the owners there read this.
links-ask = Send request

links-one-title = Link with { $name }
links-end-title = End the link with { $name }
links-end-target = Discussions of that group are no longer shown here then.
links-end-source = Discussions of this group are no longer shown there then.
links-end-stays = All discussions and replies stay in their own group.
links-end-told = The other group is told.
links-refuse-title = Refuse the link with { $name }
links-refuse-again = The other group can ask again later.
links-withdraw-title = Withdraw the request to { $name }
links-raise = If the group has links with other groups, these end at once.
links-reason = Explanation
links-reason-hint = The other group reads this, and it stands in the public log of this group.

flash-link-asked = Your request has been sent to { $value }. You will get a notification when there is an answer.
flash-link-made = The link with { $value } works.
flash-link-saved = The link with { $value } has been changed.
flash-link-ended = The link with { $value } has ended.
flash-link-refused = You have refused the link with { $value }.
flash-link-withdrawn = Your request to { $value } has been withdrawn.
