# Why something is refused, and what to do about it. The keys are `reason-` and the word of policy::Reason.

reason-hidden = Deze pagina bestaat niet.
reason-not-member = Dit kunnen alleen leden van deze groep. Word eerst lid van de groep.
reason-pending = U bent nog geen lid. Een moderator moet uw aanvraag nog goedkeuren. U krijgt daarover een melding.
reason-not-staff = Dit kunnen alleen de moderators van deze groep. Vraag een van hen om het te doen.
reason-not-owner = Dit kunnen alleen de eigenaren van deze groep. Vraag een van hen om het te doen.
reason-not-admin = Dit kunnen alleen de beheerders van deze site.
reason-not-own = Dit is niet van u. U kunt alleen uw eigen berichten en gegevens veranderen.
reason-own-decision = U hebt dit zelf besloten. Laat iemand anders er opnieuw naar kijken.
reason-locked = Dit gesprek is gesloten. U kunt er niet meer op reageren.
reason-archived = Deze groep is gesloten. U kunt nog wel alles lezen.
reason-invite-only = Lid worden kan hier alleen met een uitnodiging. Vraag een beheerder van de groep om een uitnodiging.
reason-staff-posts = In deze groep beginnen alleen moderators een nieuw gesprek. U kunt wel reageren.
reason-wrong-audience = Dit bericht is voor een andere kring bedoeld dan deze groep.
reason-banned = U mag in deze groep niet meer schrijven. De reden staat in uw meldingen.
reason-suspended = Uw account is geblokkeerd. Neem contact op met de beheerders van deze site.
reason-not-host = Deze groep staat op een andere site. Alleen daar kan dit veranderd worden.
reason-last-owner = Deze groep moet een eigenaar houden. Maak eerst iemand anders eigenaar.
reason-blocked = U kunt deze persoon of site niet bereiken, omdat een van beide de ander blokkeert.
reason-already = Dit was al gedaan.
reason-sign-up-closed = Op deze site kunt u zelf geen account maken. Vraag de beheerders om een account.
reason-unconfirmed = Bevestig eerst uw e-mailadres. Open daarvoor de link in de e-mail die u kreeg.
reason-not-active = Uw account wacht nog op goedkeuring door een beheerder. U krijgt daarover een e-mail.
reason-too-many = U doet dit nu te vaak achter elkaar. Wacht even en probeer het dan opnieuw.
reason-scope = De toegangssleutel geeft geen recht om dit te doen.
