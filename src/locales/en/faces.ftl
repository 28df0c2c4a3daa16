# What a closed group that shows itself writes to somebody on another site who follows it and can't become a member by that.

face-refused = The group ‘{ $group }’ is closed. You can't take part in it with an account on { $host }.
face-how = On the page of the group you read whom it is for and how you can take part:
