# Making an account, and proving an email address.

signup = Create an account
signup-lead = With an account you can ask questions, answer and join groups. You can read without one.
signup-lead-approval = With an account you can ask questions, answer and join groups. An administrator looks at your request first.
signup-closed = You cannot create an account on this site yourself.
signup-closed-next = Would you like to take part? Ask the administrators for an account.
signup-name = User name
signup-name-hint = Everyone can see this name, and it cannot change later. You will be @name@{ $host }. It does not have to be your real name.
signup-email-hint = Only for logging in and for messages to you. Others do not see your address.
signup-motivation = Why would you like to take part?
signup-motivation-hint = One or two sentences are enough. Only the administrators read this.
signup-rules = I will keep to the community rules
signup-rules-hint = Be kind, and do not put other people's details in a message.
signup-send = Create account
signup-have-account = Do you already have an account?
signup-sent = Check your email
signup-sent-text = We sent an email to the address you gave. Open the link in it to continue.
signup-sent-again = The link works for a day. After that you can ask for a new one.
signup-again = Ask for a new email
signup-again-lead = Enter the email address of your account. We will send you a new link to confirm it.
signup-again-do = Ask for a new email
signup-confirm = Confirm your email address
signup-confirm-lead = Press the button to confirm that this email address is yours.
signup-confirm-send = Yes, this address is mine
signup-waiting = Your request was received
signup-waiting-text = Your email address is confirmed. An administrator now looks at your request. You will get an email about it.

flash-confirmed = Your email address is confirmed. You can now log in.
flash-email-changed = Your new email address is confirmed.

error-rules-missing = Tick the box to say that you will keep to the community rules.
