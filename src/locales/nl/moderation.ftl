# Wat gemeld is (zaken) en moderatie

report-category-rules = Tegen de regels van de groep
report-category-privacy = Persoonlijke gegevens van iemand
report-category-illegal = Tegen de wet
report-category-spam = Reclame of steeds hetzelfde
report-category-other = Iets anders
report-category-objection = Verzoek om een nieuwe beoordeling

error-report-about = Kies wat u wilt melden.
error-report-category = Kies een van de redenen.
error-report-reason = Schrijf in een paar woorden wat er mis is.
error-report-reason-long = Maak uw uitleg korter: niet meer dan { $limit } tekens.
error-report-name-long = Maak de naam korter: niet meer dan { $limit } tekens.
error-report-email = Vul een geldig e-mailadres in, of laat het leeg.
error-moderation-reason = Schrijf waarom. Het lid krijgt dit te lezen.
error-objection-reason = Schrijf waarom het besluit niet klopt.
error-measure-unfit = Dit past niet bij deze zaak. Kies iets anders.
error-warn-self = U kunt uzelf niet waarschuwen. Kies een ander lid.
error-report-state = Kies open of behandeld: open of decided.
