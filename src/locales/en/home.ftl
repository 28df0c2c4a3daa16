# The front page.

home-title = Ask each other
home-lead = Ask your question here. Other people and professionals will help you.
home-hello = Hello { $name }
home-hello-lead = This is new in your groups.
home-ask = Ask a question
home-join = Take part
home-see-groups = See the groups
home-groups = Groups
home-my-groups = Your groups
home-all-groups = All groups
home-latest = Newest conversations
home-my-latest = New in your groups
home-all-latest = All conversations
home-no-groups = There are no groups yet
home-no-groups-text = As soon as there is a group, you will find it here.
home-no-own-groups = You are not a member of a group yet
home-no-own-groups-text = Join a group. New conversations then show here.
home-no-topics = There are no conversations yet
home-no-topics-text = Start the first conversation in one of the groups.
home-how = How it works
home-how-read = Everyone can read, without an account.
home-how-ask = With an account you ask questions and give answers.
home-how-safe = Do not write anything about yourself that not everyone may know.
home-unread = { $count ->
    [one] You have 1 new notification
   *[other] You have { $count } new notifications
}
