# Errors with accounts, logging in and profiles

error-email = Enter an email address, such as name@example.org.
error-email-same = This is already your email address.
error-password-short = Choose a longer password: at least { $limit } characters. A phrase of a few words is fine.
error-password-long = Choose a shorter password.
error-password-obvious = This password is too easy to guess. Don't use your name or a well-known word with digits. A phrase of a few words is fine.
error-password-wrong = This password isn't right.
error-login-wrong = These details don't match. Check your email address or username, and your password.
error-code-wrong = This code isn't right, or was used already. Wait for the next code and try again.
error-motivation-missing = Write in a few words why you want to take part.
error-display-name-missing = Enter the name that others see.
error-display-name-long = This name is too long. Use at most { $limit } characters.
error-bio-long = This text is too long. Use at most { $limit } characters.
error-employer-long = This is too long. Use at most { $limit } characters.
error-avatar-alt-missing = Describe in a few words what the picture shows.
error-avatar-alt-long = This description is too long. Use at most { $limit } characters.
error-language = Choose one of the languages.
error-host = Enter the address of a site, such as forum.example.org.
error-block-self = You can't block or follow yourself.
error-last-admin = An administrator has to remain. Make somebody else an administrator first.
error-setting-long = This text is too long. Use at most { $limit } characters.
error-setting-missing = Fill this in.
error-case-number = Use letters, digits, hyphens and full stops, and # for a digit. Put in # at least 4 times, without letters at least 6 times.
error-case-numbers-many = Use at most { $limit } lines.
error-page-missing = Write a text, or choose the standard text.
