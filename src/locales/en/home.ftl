# The front page.

home-title = Ask each other
home-lead = Ask your question here. Other people and professionals will think along with you.
home-hello = Hello { $name }
home-hello-lead = Here is what is new in your groups.
home-ask = Ask a question
home-join = Take part
home-see-groups = See the groups
home-see-latest = Start reading
home-groups = Groups
home-my-groups = Your groups
home-all-groups = All groups
home-latest = Newest discussions
home-my-latest = New in your groups
home-all-latest = All discussions
home-no-groups = There are no groups yet
home-no-groups-text = As soon as there is a group, you will find it here.
home-no-own-groups = You are not a member of a group yet
home-no-own-groups-text = Join a group. You will then see its new discussions here.
home-no-topics = There are no discussions yet
home-no-topics-text = Start the first discussion in one of the groups.
home-how = How it works
home-how-rules = Read the community rules
home-how-read = Anyone can read, without an account.
home-how-ask = With an account you can ask questions and answer others.
home-how-safe = Everyone can read what you write. Leave out private details.
home-unread = { $count ->
    [one] You have 1 new notification
   *[other] You have { $count } new notifications
}
