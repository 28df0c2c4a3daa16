# Rules for other sites: each rule as a sentence, the pages of the administration, and what waits for a moderator.

# Whom is a rule about? In a sentence this stands after from, to, at or with.
rule-who-all = all other sites
rule-who-unknown = sites that nobody knows who runs
rule-who-gemeente = sites of municipalities
rule-who-werkplein = sites of work-and-income offices
rule-who-uitvoerder = sites of agencies such as UWV or SVB
rule-who-rijk = sites of central government
rule-who-belangenorganisatie = sites of advocacy groups
rule-who-bedrijf = sites of companies
rule-who-particulier = sites of private people
rule-who-within = { $who } within { $host }

# What is a rule about?
rule-what-all = everything
rule-what-nothing = nothing
rule-what-topic = new discussions
rule-what-reply = replies
rule-what-reaction = likes
rule-what-report = reports
rule-what-join = requests to join or follow

# Where? The first lines go with what comes in, the second with what goes out or what we fetch.
rule-in-group = { $what } in the group “{ $group }”
rule-in-hidden = { $what } in a closed group
rule-in-openbaar = { $what } in public groups
rule-in-leden = { $what } in groups for members
rule-in-vertrouwelijk = { $what } in confidential groups
rule-in-lokaal = { $what } in groups that are only here
rule-from-group = { $what } from the group “{ $group }”
rule-from-hidden = { $what } from a closed group
rule-from-openbaar = { $what } from public groups
rule-from-leden = { $what } from groups for members
rule-from-vertrouwelijk = { $what } from confidential groups
rule-from-lokaal = { $what } from groups that are only here
rule-while-openbaar = { $what } (while it is public)
rule-while-leden = { $what } (while it is for members)
rule-while-vertrouwelijk = { $what } (while it is confidential)
rule-while-lokaal = { $what } (while it is only here)

# What does a rule do?
rule-allow-in = { $kind ->
    [all] From { $who }, { $what } comes in as usual
   *[other] From { $who }, { $what } come in as usual
}
rule-allow-out = To { $who } we send { $what }
rule-allow-fetch = At { $who } we fetch { $what }
rule-allow-any = With { $who } we exchange { $what }
rule-no-media-in = { $kind ->
    [all] From { $who }, { $what } comes in without pictures and files
   *[other] From { $who }, { $what } come in without pictures and files
}
rule-no-media-out = To { $who } we send { $what } without pictures and files
rule-no-media-fetch = At { $who } we fetch { $what } without pictures and files
rule-no-media-any = With { $who } we exchange { $what } without pictures and files
rule-hide = { $kind ->
    [all] From { $who }, { $what } stays in the background: not in search results, not in lists of what is new, and joining needs approval
    [join] From { $who }, { $what } need the approval of a moderator
   *[other] From { $who }, { $what } stay in the background: not in search results and not in lists of what is new
}
rule-read-only = { $kind ->
    [all] People from { $who } may read and join, but { $nothing } comes in from them
   *[other] People from { $who } may read, but { $what } don't come in from them
}
rule-hold = { $kind ->
    [all] From { $who }, { $what } waits for a moderator
   *[other] From { $who }, { $what } wait for a moderator
}
rule-refuse-in = { $kind ->
    [all] From { $who }, { $nothing } comes in
   *[other] From { $who }, { $what } don't come in
}
rule-refuse-out = { $kind ->
    [all] To { $who } we send { $nothing }
   *[other] To { $who } we don't send { $what }
}
rule-refuse-fetch = { $kind ->
    [all] At { $who } we fetch { $nothing }
   *[other] At { $who } we don't fetch { $what }
}
rule-refuse-any = { $kind ->
    [all] With { $who } we exchange { $nothing }
   *[other] With { $who } we don't exchange { $what }
}
rule-not-partners = { $sentence } (this doesn't apply to sites with an agreement)
rule-always = { $sentence }.
rule-until = { $sentence }, up to and including { $date }.
rule-server-open = { $host } is connected, like other sites.
rule-server-limited = { $host } is limited: people from there join only when a moderator approves it.
rule-server-blocked = { $host } is blocked: nothing goes there and nothing comes in.
rule-run-unknown = It isn't known who runs { $host }.
rule-run-gemeente = { $host } is a site of a municipality.
rule-run-werkplein = { $host } is a site of a work-and-income office.
rule-run-uitvoerder = { $host } is a site of an agency, such as UWV or SVB.
rule-run-rijk = { $host } is a site of central government.
rule-run-belangenorganisatie = { $host } is a site of an advocacy group.
rule-run-bedrijf = { $host } is a site of a company.
rule-run-particulier = { $host } is a site of a private person.
rule-gone = This rule is no longer there.

# All rules.
rules-title = Rules for other sites
rules-lead = Here you decide what may go back and forth between this site and other sites.
rules-default = When no rule says anything
rules-default-open = Every other site may exchange with us, unless a rule or a block stands in the way.
rules-default-list = Only sites that a rule allows may exchange with us, and sites with an agreement. All other sites may not.
rules-default-other = There is a rule about all other sites at once: { $sentence }
rules-default-to-list = Allow only sites on the list
rules-default-to-open = Allow all sites
rules-new = New rule
rules-new-server = Decide about a site
rules-files = Lists and files
rules-changes = { $count ->
    [0] Changes
    [one] Changes (1 waits for a second administrator)
   *[other] Changes ({ $count } wait for a second administrator)
}
rules-held = { $count ->
    [0] Posts that wait
    [one] Posts that wait (1)
   *[other] Posts that wait ({ $count })
}
rules-order = In which order do rules count?
rules-order-first = A blocked site may do nothing, whatever else the rules say.
rules-order-exact = After that the rule counts that says most exactly what it is about. So a rule about one site goes before a rule about a kind of organisation.
rules-order-next = After the site we look at the kind of organisation, then at the group, the kind of post, the kind of group and the direction.
rules-order-strict = Are two rules equally exact? Then the stricter one counts.
rules-order-partners = An agreement goes before a rule about all other sites.
rules-order-closed = No rule ever opens a closed group. That always takes an agreement.
rules-order-below = A rule about an address also counts for everything below it. So a rule about zorg.example also counts for forum.zorg.example.
rules-about-host = About one site
rules-about-organisation = About a kind of organisation
rules-about-group = About one group
rules-about-kind = About a kind of post
rules-about-class = About a kind of group
rules-about-direction = About one direction
rules-about-everything = About all other sites
rules-none = There are no rules yet
rules-none-text = Everything public goes back and forth with every site that you don't block.
rules-none-found = No rule or decision is about this address
rules-find = Find by address
rules-find-hint = Part of the address is enough.
rules-find-all = All rules
rules-more = { $count ->
    [one] There is 1 more rule. Search for an address to see it.
   *[other] There are { $count } more rules. Search for an address to see them.
}
rules-reason = Reason: { $reason }
rules-by = Made by { $name }
rules-over = Over
rules-ends = { $date ->
    [none] Counts until you end it
   *[other] Counts up to and including { $date }
}
rules-end = End this rule
rules-end-title = End this rule?
rules-end-text = You first see what would change. Then you decide whether it goes ahead.
rules-end-submit = See what changes
rules-list-title = Allow only sites on the list?
rules-list-text = There will be a rule that refuses all other sites. A site that you allow by a rule, and a site with an agreement, may still exchange.
rules-open-title = Allow all sites again?
rules-open-text = The rule that refuses all other sites will end. Every site may exchange with us again, unless a rule or a block stands in the way.
rules-servers = Decisions about whole sites
rules-servers-lead = These sites are blocked or limited as a whole. Rules can only make that stricter.
rules-servers-none = No site is blocked or limited as a whole.
rules-servers-all = See all other sites
rules-servers-more = { $count ->
    [one] There is 1 more site. Search for an address to see it.
   *[other] There are { $count } more sites. Search for an address to see them.
}

# A new rule.
rules-new-lead = A new rule doesn't count at once. You first see what it would have done in the last 30 days.
rules-effect = What does the rule do?
rules-effect-allow = Allow
rules-effect-allow-hint = Everything passes as usual. Useful as an exception to a stricter rule.
rules-effect-no-media = Without pictures and files
rules-effect-no-media-hint = The text passes, but pictures and files don't.
rules-effect-hide = In the background
rules-effect-hide-hint = What comes in is seen only by those who look for it in the group. It isn't in search results or lists of what is new. Joining needs approval.
rules-effect-read-only = Reading only
rules-effect-read-only-hint = People from there may read, follow and join. We don't take what they write.
rules-effect-hold = Have it wait
rules-effect-hold-hint = What people from there write waits until a moderator lets it in.
rules-effect-refuse = Refuse
rules-effect-refuse-hint = Nothing passes.
rules-who = Whom is the rule about?
rules-who-text = If you leave both of these empty, the rule is about all other sites.
rules-host = Address of the site
rules-host-hint = For example forum.gemeente.nl. The rule also counts for all addresses below it.
rules-organisation = Kind of organisation
rules-organisation-hint = You record yourself who runs a site, with that site. What a site says about itself doesn't count.
rules-organisation-all = Any
organisation-unknown = Unknown
organisation-gemeente = Municipality
organisation-werkplein = Work-and-income office
organisation-uitvoerder = Agency, such as UWV or SVB
organisation-rijk = Central government
organisation-belangenorganisatie = Advocacy group
organisation-bedrijf = Company
organisation-particulier = Private person
rules-where = What is the rule about?
rules-where-text = What you leave open here makes no difference.
rules-group = Group
rules-group-hint = The name in the group's address. For a group on another site, write name@address.
rules-kind = Kind of post
rules-kind-all = Everything
rules-kind-topic = New discussions
rules-kind-reply = Replies
rules-kind-reaction = Likes
rules-kind-report = Reports to moderators
rules-kind-join = Joining and following
rules-class = Kind of group
rules-class-all = All groups
rules-class-openbaar = Public groups
rules-class-leden = Groups for members
rules-class-vertrouwelijk = Confidential groups
rules-class-lokaal = Groups that are only here
rules-direction = Which way?
rules-direction-any = All ways
rules-direction-in = What comes in here
rules-direction-out = What goes there from here
rules-direction-fetch = What we fetch there
rules-how-long = How long, and why?
rules-until = Last day
rules-until-hint = For example 31-12-2027. Empty: the rule counts until you end it.
rules-why = Reason
rules-why-hint = Why is this needed? Only administrators read this. Then everybody still knows later.
rules-submit = See what changes

# A decision about a whole site.
rules-server-lead = This is about the site as a whole. You first see what would change.
rules-server-state = What may this site do?
rules-server-keep = Leave as it is
rules-server-blocked-hint = Nothing goes there and nothing comes in. Memberships and follows end. You can undo that up to 14 days later.
rules-server-organisation = Who runs this site?
rules-server-now = As it is now

# A change of the rules.
change-title = Change of the rules
changes-title = Changes of the rules
changes-lead = Every change of the rules, the newest first.
changes-none = There are no changes yet
changes-none-text = Make a new rule or decide about a site. It will then be here.
change-state-proposed = Proposal
change-state-awaiting = Waits for a second administrator
change-state-applied = In force
change-state-undone = Undone
change-state-withdrawn = Withdrawn
change-and-more = { $count ->
    [one] And 1 more.
   *[other] And { $count } more.
}
change-what = What changes?
change-adds = New rule
change-ends = Rule ends
change-decides = Decision
change-all = { $count ->
    [one] Show the other one as well
   *[other] Show the other { $count } as well
}
change-reason = Why
change-by = Proposed by
change-on = Proposed on
change-second = Agreed to by
change-applied = In force since
change-undone = Undone on
change-nobody = Somebody who is no longer here
change-would = What would this do?
change-would-text = We tried this change on the traffic of the last 30 days.
change-ran = Tried on { $date }.
change-traffic = Messages
change-traffic-none = In those 30 days nothing would have happened differently with any message.
change-shift-in = { $count ->
    [one] 1 message that came in was { $from }. With this change it would have been { $to }.
   *[other] { $count } messages that came in were { $from }. With this change they would have been { $to }.
}
change-shift-out = { $count ->
    [one] 1 message that went out was { $from }. With this change it would have been { $to }.
   *[other] { $count } messages that went out were { $from }. With this change they would have been { $to }.
}
change-shift-fetch = { $count ->
    [one] 1 message that we fetched was { $from }. With this change it would have been { $to }.
   *[other] { $count } messages that we fetched were { $from }. With this change they would have been { $to }.
}
change-done-allow = let through as usual
change-done-no-media = let through without pictures and files
change-done-hide = put in the background
change-done-read-only = turned away (reading only)
change-done-hold = held for a moderator
change-done-refuse = refused
change-ties = Memberships and followers
change-ties-none = No memberships end, and nobody loses anybody they follow.
change-ties-stop = This ends:
change-ties-members = { $count ->
    [one] 1 membership of somebody elsewhere in a group here
   *[other] { $count } memberships of people elsewhere in groups here
}
change-ties-memberships = { $count ->
    [one] 1 membership of a member of ours in a group elsewhere
   *[other] { $count } memberships of members of ours in groups elsewhere
}
change-ties-follows = { $count ->
    [one] 1 case of somebody here and somebody elsewhere following each other
   *[other] { $count } cases of somebody here and somebody elsewhere following each other
}
change-ties-closed = { $count ->
    [one] Of those memberships 1 is in a closed group.
   *[other] Of those memberships { $count } are in closed groups.
}
change-people-here = { $count ->
    [0] That concerns nobody of this site.
    [one] That concerns 1 person of this site.
   *[other] That concerns { $count } people of this site. Everybody is counted once.
}
change-people-there = { $count ->
    [0] That concerns nobody elsewhere.
    [one] That concerns 1 person elsewhere.
   *[other] That concerns { $count } people elsewhere. Everybody is counted once.
}
change-hosts = Which sites is this about?
change-hosts-none = No site that we know of is concerned.
change-hosts-more = { $count ->
    [one] And 1 more site.
   *[other] And { $count } more sites.
}
change-sample = Examples
change-sample-text = These are the latest messages that would have been treated differently. What they say isn't shown here.
change-sample-in = { $what } from { $host }
change-sample-out = { $what } to { $host }
change-sample-fetch = { $what } at { $host }
change-sample-group = in the group { $group }
change-sample-then = Was { $from }, would have been { $to }.
change-decide = What would you like to do?
change-wide = A second administrator has to agree to this, because the change concerns members on another site or something that is closed.
change-wide-alone = The change concerns members on another site or something that is closed. A second administrator should agree to it, but there is none. So you decide alone, and the log will say so.
change-narrow = The change concerns no members on other sites and nothing that is closed. So you may decide this alone.
change-as-shown = Exactly what is shown above will happen. The rules then count at once.
change-undo-promise = It can be undone up to 14 days after that.
change-apply = Put the change into force
change-ask-second = Ask a second administrator
change-agree = Agree and put into force
change-awaits-you = Another administrator wants this change, and asks you to agree. Look carefully at what changes.
change-awaits-other = You asked for this change. It counts as soon as another administrator agrees. You can't do that yourself as well.
change-old = This trial is more than a day old. Try the change anew, to see what it would do now.
change-rerun = Try anew
change-withdraw = Withdraw
change-withdrawn-text = This change was withdrawn. Nothing was changed.
change-applied-text = This change is in force.
change-undo = Undo
change-undo-until = You can undo this until { $date }.
change-undo-what = Rules and decisions will be as they were before. Memberships and follows that ended because of this come back where that is still possible.
change-undo-over = This can no longer be undone. Make a new change if you want something else.
change-undone-text = This change was undone.
change-to-list = All changes
flash-change-proposed = This is only a proposal. Nothing has changed.
flash-change-applied = The change is now in force.
flash-change-awaits = The other administrators are notified. As soon as one of them agrees, the change is in force.
flash-change-rerun = The change was tried anew.
flash-change-withdrawn = The change was withdrawn.
flash-change-undone = The change was undone.

# Lists and files.
files-title = Lists and files
files-lead = Take over rules from others, or share yours.
files-get = Get files
files-get-blocks = Blocked sites
files-get-blocks-text = A list of sites that are blocked or limited, in the form that Mastodon uses.
files-get-allowed = Allowed sites
files-get-allowed-text = A list of sites that a rule allows.
files-get-policy = All rules
files-get-policy-text = All rules and decisions in one file, signed by this site. Rules about one group aren't in it.
files-put = Take over a file
files-put-text = You first see what would change. A file never ends rules that aren't in it.
files-format = What kind of file is it?
files-format-mastodon-blocks = A list of blocked sites
files-format-mastodon-blocks-hint = From Mastodon (CSV), or a list with one address per line.
files-format-allowed = A list of allowed sites
files-format-allowed-hint = With one address per line, or a CSV file.
files-format-vakplein-policy = Rules of another site
files-format-vakplein-policy-hint = A signed file of a site like this one. We check whom it comes from.
files-file = File
files-content = Or paste the text here
files-submit = See what changes
files-shown = What would change?
files-from = This file was signed by { $host }.
files-same = { $count ->
    [one] 1 line of the file is so here already.
   *[other] { $count } lines of the file are so here already.
}
files-nothing = Nothing changes
files-nothing-text = Everything in the file that can be used is so here already.
files-wrong = { $count ->
    [one] 1 line of the file can't be used
   *[other] { $count } lines of the file can't be used
}
files-wrong-line = Line { $line }: { $why }
files-wrong-more = { $count ->
    [one] And 1 more line.
   *[other] And { $count } more lines.
}
files-propose = Make a proposal of this
files-propose-text = Nothing changes yet. You will then see what the proposal would have done in the last 30 days.
files-again = Another file

# What waits for a moderator.
held-title = Posts that wait
held-group = Posts that wait in { $name }
held-menu = Posts that wait
held-lead = A rule holds these posts until somebody has looked at them.
held-lead-all = These posts from other sites wait for a moderator of the group, or for you.
held-help = What happens with a post?
held-help-release = If you let a post in, it is handled as if it came in now. What waits for it goes along.
held-help-refuse = If you refuse a post, it won't appear on this site. What waits for it is refused as well.
held-none = Nothing waits
held-none-text = When a rule holds a post, it will be here.
held-of = { $what } from { $who }
held-of-host = { $what } from somebody on { $host }
held-why-rule = A rule holds this: { $rule }
held-why-rule-gone = A rule of the administrators held this.
held-why-personal = There seem to be personal details in it: { $kinds }.
held-why-with = This belongs to another post that waits as well. Decide about that one first.
held-no-text = Only the moderators of the group see the text.
held-hidden-group = a closed group
held-release = Let in
held-refuse = Refuse
held-reason = Reason
held-reason-hint = This stands in the log of the group. Don't name anybody.
held-count = { $count ->
    [0] No posts that wait
    [one] 1 post that waits for you
   *[other] { $count } posts that wait for you
}
held-todo = { $count ->
    [one] 1 post from another site waits for a moderator
   *[other] { $count } posts from other sites wait for a moderator
}
change-todo = { $count ->
    [one] 1 change of the rules waits for a second administrator
   *[other] { $count } changes of the rules wait for a second administrator
}
flash-held-released = The post was let in. It will be in the group shortly.
flash-held-refused = The post was refused.
