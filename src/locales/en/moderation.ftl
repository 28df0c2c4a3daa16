# Reports and moderation

report-category-rules = Against the rules of the group
report-category-privacy = Somebody's personal data
report-category-illegal = Against the law
report-category-spam = Advertising, or the same thing over and over
report-category-other = Something else
report-category-objection = Appeal against a decision

error-report-about = Choose what you want to report.
error-report-category = Choose one of the reasons.
error-report-reason = Write in a few words what is wrong.
error-report-reason-long = Make your explanation shorter: at most { $limit } characters.
error-report-name-long = Make the name shorter: at most { $limit } characters.
error-report-email = Enter a valid email address, or leave it empty.
error-moderation-reason = Explain why. The member will read this.
error-objection-reason = Write why the decision is wrong.
error-measure-unfit = This doesn't fit this case. Choose something else.
error-warn-self = You can't warn yourself. Choose another member.
error-report-state = Choose open or decided.
