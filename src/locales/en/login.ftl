# Logging in, the second factor, a new password.

login = Log in
login-email = Email address
login-name = Email address or username
login-password = Password
login-new-password = New password
login-password-rules = At least { $least } characters. A few words in a row are strong and easy to remember. You can paste it.
login-send = Log in
login-forgot = Forgot your password?
login-no-account = No account yet?
login-to-signup = Create an account
login-paused = You can't log in here for a moment
login-paused-text = { $count ->
    [one] A wrong password was entered too often, so logging in on this device is paused. You can try again in 1 minute.
   *[other] A wrong password was entered too often, so logging in on this device is paused. You can try again in { $count } minutes.
}
login-paused-reset = Forgotten your password? Choose a new one. You can do that now, and log in straight away.
login-paused-device = On a device you have logged in on before, you can log in as usual.
login-unconfirmed = Confirm your email address first
login-unconfirmed-text = We have sent you an email with a link. Open the link, then you can log in. Check your spam folder too.
login-code-title = Second step
login-code-lead = Your account has extra protection. Open the app on your phone and enter the code.
login-code = Code
login-code-hint = The 6 digits from your app, or one of your recovery codes.
login-code-lost = I don't have my phone
login-code-lost-text = Use a recovery code. Don't have one either? The administrators can turn off the second step.
login-forgot-title = Forgotten password
login-forgot-lead = Enter your email address. If it belongs to an account, we will send you a link to choose a new password.
login-forgot-send = Send link
login-forgot-sent = Check your email
login-forgot-sent-text = If there is an account with this address, you will get an email within a few minutes.
login-sent-spam = No email? Check your spam folder, or check the address.
login-reset-title = Choose a new password
login-reset-lead = Choose a new password. You will have to log in again on other devices, and your access tokens end.
login-reset-send = Save password
login-link-bad = This link no longer works
login-link-bad-text = A link in an email works once, and only for a short time. Ask for a new one.
login-link-used = Have you used the link already? Then your address is confirmed and you can log in.
login-link-again = Ask for a new link

flash-welcome = Welcome, { $value }.
flash-signed-out-now = You are logged out.
flash-password-set = Your new password has been saved. You can log in with it now.

error-login-missing = Enter your email address or username.
error-email-missing = Enter your email address.
error-email-form = This is not an email address. Write it like name@example.org.
error-password-missing = Enter your password.
