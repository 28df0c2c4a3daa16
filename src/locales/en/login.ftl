# Logging in, the second factor, a new password.

login = Log in
login-email = Email address
login-password = Password
login-new-password = New password
login-password-rules = At least { $least } characters. A few words in a row are strong and easy to remember. You can paste it.
login-send = Log in
login-forgot = Forgot your password?
login-no-account = No account yet?
login-to-signup = Create an account
login-code-title = Second step
login-code-lead = Your account has extra protection. Open the app on your phone and enter the code.
login-code = Code
login-code-hint = The 6 digits from your app, or one of your recovery codes.
login-code-lost = I do not have my phone
login-code-lost-text = Use a recovery code. Do you not have those either? The administrators can switch off the second step.
login-forgot-title = Forgot your password
login-forgot-lead = Enter your email address. If there is an account with it, we send a link to choose a new password.
login-forgot-send = Send link
login-forgot-sent = Check your email
login-forgot-sent-text = Is there an account with this address? Then an email will be in your mailbox within a few minutes.
login-sent-spam = No email? Look in your spam folder, or check the address.
login-reset-title = Choose a new password
login-reset-lead = Choose a new password. You will have to log in again on other devices.
login-reset-send = Save password
login-link-bad = This link no longer works
login-link-bad-text = A link from an email works once and for a short time. Ask for a new one.
login-link-again = Ask for a new link

flash-welcome = Welcome, { $value }.
flash-signed-out-now = You are logged out.
flash-password-set = Your new password was saved. Log in with it.

error-email-missing = Enter your email address.
error-email-form = This is not an email address. Write it like name@example.org.
error-password-missing = Enter your password.
