# Who got in, and who administered?

admin-audit = Access and administration
admin-audit-lead = Who logged in, and who changed something about the site?
admin-audit-help = What is in this list?
admin-audit-help-text = Each time that somebody logs in, changes a password or administers something, a line is added here. Also when it did not work. Of members you only see how their internet address begins. Passwords and texts are never in it. Old lines disappear by themselves.
admin-audit-none = Nothing has happened yet
admin-audit-when = When
admin-audit-what = What
admin-audit-outcome = Outcome
admin-audit-who = Who
admin-audit-origin = From where
audit-log-in = Logging in
audit-log-in-code = Code when logging in
audit-log-out = Logging out
audit-end-sessions = Logging out other devices
audit-password = Changing the password
audit-reset-password = New password by e-mail
audit-email = Changing the e-mail address
audit-factor-on = Turning on logging in with a code
audit-factor-off = Turning off logging in with a code
audit-recovery-codes = New recovery codes
audit-make-token = Making access for a program
audit-end-token = Ending access of a program
audit-export = Taking one’s data along
audit-leave = Closing the account
audit-rules = Changing rules for other sites
audit-administer = Administering
audit-command = Command on the server
audit-outcome-done = done
audit-outcome-wrong = not right
audit-outcome-refused = refused
audit-outcome-paused = too often
audit-outcome-failed = failed
admin-audit-whole = Nobody changed anything in this list. All of it was checked.
admin-audit-lately = { $days ->
    [one] Nobody changed anything in this list. The last day was checked.
   *[other] Nobody changed anything in this list. The last { $days } days were checked.
}
admin-audit-broken = This list is no longer as it was written. Somebody changed something in it, or something was damaged.
admin-audit-fault-line = On { $date } a line is no longer right.
admin-audit-fault-unhashed = On { $date } there is a line that was added later.
admin-audit-fault-day = Of { $date } it isn't known how many lines there were.
admin-audit-fault-count = On { $date } lines are missing, or there are too many.
admin-audit-fault-end = On { $date } the last line is no longer right.
admin-audit-faults-more = { $count ->
    [one] And there is 1 more fault.
   *[other] And there are { $count } more faults.
}
