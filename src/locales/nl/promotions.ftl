# Gesprekken die ook in een andere groep te zien zijn: voorstellen, toestemming, beslissen, en wat daarvan op de pagina's staat.

topic-via = via
feed-via = Dit gesprek komt uit de groep { $group }.

promotions-shown-in = Ook te zien in:
promotions-propose = Stel voor aan een andere groep
promotions-guest = Dit gesprek hoort bij de groep { $group }. Uw reactie komt daar te staan. U hoeft daar geen lid van te worden.
promotions-ask-title = Mag uw vraag ook in { $group } te zien zijn?
promotions-ask-text = { $who } stelt dat voor. Als u ja zegt, beslissen de moderators van { $group } of zij uw vraag laten zien.
promotions-ask-stays = Uw vraag blijft hier staan, met dezelfde naam erbij. Antwoorden van mensen daar komen ook hier. U kunt later nog van mening veranderen.
promotions-ask-group = Bekijk de andere groep
promotions-yes = Ja, laat mijn vraag daar ook zien
promotions-no = Nee
promotions-states = Voorgesteld aan andere groepen
promotions-state-consent = Dit wacht op het antwoord van wie het gesprek begon.
promotions-state-offered = De moderators van die groep moeten nog beslissen.
promotions-state-accepted = Het gesprek is daar ook te zien.
promotions-state-declined = Wie het gesprek begon, wil dit liever niet.
promotions-state-declined-own = U wilde dit liever niet.
promotions-state-refused = De moderators van die groep laten het gesprek niet zien.
promotions-state-ended = Dit voorstel is gestopt. Het gesprek is daar niet meer te zien.
promotions-reason = Reden: { $reason }
promotions-withdraw = Toch liever niet
promotions-stop = Daar niet meer laten zien
promotions-off = Niet meer laten zien in { $group }

promote-title = Stel dit gesprek voor aan een andere groep
promote-lead = Hebben mensen in een andere groep ook iets aan dit gesprek? Dan kan het daar ook te zien zijn. Het blijft hier staan, en antwoorden komen hier.
promote-asker = Wie het gesprek begon, krijgt eerst de vraag of dit goed is. Daarna beslissen de moderators van de andere groep.
promote-own = De moderators van de andere groep beslissen of zij uw gesprek laten zien.
promote-none = Er is nu geen groep waaraan u dit gesprek kunt voorstellen
promote-none-text = Misschien is het al voorgesteld, of is het al te zien in alle groepen waarmee deze groep een koppeling heeft.
promote-group = Aan welke groep?
promote-note = Waarom stelt u dit voor?
promote-note-hint = De moderators van de andere groep lezen dit, en ook wie het gesprek begon.
promote-submit = Voorstellen

offers-menu = Voorgestelde gesprekken
offers-title = Voorgesteld aan { $name }
offers-lead = Deze gesprekken staan in andere groepen. U beslist of ze hier ook te zien zijn. Antwoorden komen in de eigen groep van het gesprek.
offers-none = Er zijn geen voorstellen
offers-none-text = Als iemand een gesprek voorstelt, krijgt u een melding en staat het hier.
offers-by = Voorgesteld door { $who }.
offers-accept = Laat dit zien
offers-refuse = Laat dit niet zien
offers-reason = Waarom niet?
offers-reason-hint = Wie het gesprek begon en wie het voorstelde, lezen dit. Het staat ook in het openbare logboek van deze groep. Noem geen namen.
offers-refuse-title = Een voorstel weigeren
offers-refuse-text = Het gesprek “{ $title }” is dan niet in deze groep te zien.

shown-off-text = Het gesprek “{ $title }” staat dan niet meer in de lijst van deze groep.
shown-off-stays = In zijn eigen groep blijft het gesprek staan, met alle antwoorden.
shown-off-again = Het komt hier niet vanzelf terug. Iemand kan het wel opnieuw voorstellen.
shown-off-reason-hint = Dit staat in het openbare logboek van deze groep. Wie het gesprek begon of voorstelde, leest het ook. Noem geen namen.
shown-off-submit = Niet meer laten zien

compose-shown-in = Uw gesprek is ook te zien in:
compose-perhaps-in = Uw gesprek gaat ook naar deze groepen, die zelf kiezen of ze het laten zien:

flash-promotion-asked = Uw voorstel is verstuurd. Wie het gesprek begon, krijgt de vraag of het in { $value } te zien mag zijn.
flash-promotion-offered = Uw voorstel is verstuurd. De moderators van { $value } beslissen.
flash-promotion-yes = Uw antwoord is bewaard. De moderators van { $value } beslissen nu.
flash-promotion-no = Uw antwoord is bewaard. Het gesprek is niet te zien in { $value }.
flash-promotion-shown = Het gesprek is nu ook te zien in { $value }.
flash-promotion-accepted = Het gesprek is nu te zien in { $value }.
flash-promotion-refused = Het gesprek is niet te zien in { $value }. Wie het voorstelde, leest waarom.
flash-promotion-off = Het gesprek is niet meer te zien in { $value }.
