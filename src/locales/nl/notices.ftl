# Meldingen voor wie het aangaat: op de pagina en in de mail

notice-reply = { $by } antwoordde in “{ $title }”
notice-mention = { $by } noemde u in “{ $title }”
notice-report = Er is iets gemeld in { $group }
notice-objection = Iemand vraagt een nieuwe beoordeling in { $group }
notice-join-request = { $by } wil lid worden van { $group }
notice-sign-up = { $by } vraagt een account aan
notice-agreement-ends = De afspraak met { $host } over besloten groepen loopt af op { $until }
notice-rule-change = { $by } wil de regels voor andere sites veranderen en vraagt uw akkoord
notice-invitation = U bent uitgenodigd voor { $group }
notice-invitation-over = Een uitnodiging voor een groep is niet meer geldig
notice-link-asked = { $other } vraagt om een koppeling met { $group }
notice-link-accepted = { $other } gaat akkoord met een koppeling met { $group }
notice-link-ended = { $outcome ->
    [refused] { $other } wil geen koppeling met { $group }
    [withdrawn] { $other } vraagt niet meer om een koppeling met { $group }
   *[ended] De koppeling van { $group } met { $other } is gestopt
}
notice-promotion-asked = { $by } wil uw gesprek “{ $title }” ook laten zien in { $other }. Vindt u dat goed?
notice-promotion-offered = Voor { $other } is een gesprek uit { $group } voorgesteld: “{ $title }”
notice-promotion-decided = { $outcome ->
    [accepted] “{ $title }” is nu ook te zien in { $other }
    [declined] Wie “{ $title }” begon, wil het niet laten zien in { $other }
   *[refused] De moderators van { $other } laten “{ $title }” daar niet zien
}
notice-accepted = U bent nu lid van { $group }
notice-rejected = U bent geen lid van { $group }
notice-severed = U bent geen lid meer van { $group }: deze site heeft { $host } geblokkeerd
notice-role = U bent nu { $role } van { $group }
notice-until = { $outcome ->
    [always] Uw lidmaatschap van { $group } heeft geen einddatum meer
   *[until] Uw lidmaatschap van { $group } duurt tot en met { $until }
}
notice-over = Uw lidmaatschap van { $group } is afgelopen
notice-report-resolved = Wat u meldde, is behandeld
notice-objection-resolved = Uw besluit is opnieuw beoordeeld
notice-removed = Uw bericht in { $group } is verwijderd
notice-restored = Uw bericht in { $group } staat er weer
notice-locked = Uw gesprek “{ $title }” is gesloten
notice-moved = Uw gesprek “{ $title }” staat nu in { $group }
notice-warned = U hebt een waarschuwing in { $group }
notice-banned = U mag niet meer meedoen in { $group }
notice-unbanned = U mag weer meedoen in { $group }
notice-suspended = Uw account is geblokkeerd
notice-unsuspended = Uw account is niet meer geblokkeerd
notice-closed = Er was nieuws uit een besloten groep waar u geen lid meer van bent
notice-closed-group = een besloten groep

notice-mail-reason = De uitleg: { $reason }
notice-mail-objection =
    Bent u het er niet mee eens? Lees het hele besluit. U kunt binnen zes maanden om een nieuwe beoordeling vragen: { $link }

    Kunt u niet inloggen? Gebruik dan de contactpagina. U kunt ook naar de rechter.
notice-mail-footer = Deze e-mail komt van { $instance }. Wilt u minder e-mail? Verander het bij uw instellingen: { $link }
notice-until-lifted = de moderatie het terugdraait
notice-role-member = lid
notice-role-moderator = moderator
notice-role-owner = eigenaar

notice-mail-reply-subject = Antwoord in “{ $title }”
notice-mail-reply-body =
    { $by } antwoordde in “{ $title }”, in de groep { $group }.

    Lees het antwoord: { $link }

    Komen er snel meer antwoorden? Daarover krijgt u het eerste uur geen e-mail.
notice-mail-mention-subject = U bent genoemd in “{ $title }”
notice-mail-mention-body =
    { $by } noemde u in “{ $title }”, in de groep { $group }.

    Lees het bericht: { $link }
notice-mail-report-subject = Er is iets gemeld in { $group }
notice-mail-report-body =
    Iemand heeft iets gemeld in { $group }.

    Bekijk de zaak: { $link }
notice-mail-objection-subject = Iemand vraagt een nieuwe beoordeling in { $group }
notice-mail-objection-body =
    Een lid is het niet eens met een besluit in { $group } en vraagt om een nieuwe beoordeling. Iemand die het besluit niet nam, kijkt ernaar.

    Bekijk de zaak: { $link }
notice-mail-join-request-subject = Iemand wil lid worden van { $group }
notice-mail-join-request-body =
    { $by } wil lid worden van { $group }.

    Geef antwoord: { $link }
notice-mail-sign-up-subject = Iemand vraagt een account aan bij { $instance }
notice-mail-sign-up-body =
    { $by } vraagt een account aan bij { $instance }.

    Geef antwoord: { $link }
notice-mail-agreement-ends-subject = De afspraak met { $host } loopt binnenkort af
notice-mail-agreement-ends-body =
    { $instance } en { $host } hebben een afspraak over besloten groepen. De laatste dag is { $until }.

    Doet u niets? Dan gaat er na die dag niets meer heen en weer uit besloten groepen.

    Bekijk de afspraak: { $link }
notice-mail-rule-change-subject = Geeft u akkoord voor andere regels op { $instance }?
notice-mail-rule-change-body =
    { $by } wil op { $instance } de regels voor andere sites veranderen. Dat raakt leden of besloten groepen. Daarom moet een tweede beheerder akkoord geven.

    { $reason }Bekijk de verandering en geef antwoord: { $link }
notice-mail-invitation-subject = U bent uitgenodigd voor { $group }
notice-mail-invitation-body =
    U bent uitgenodigd om lid te worden van { $group }.

    Bekijk de uitnodiging: { $link }
notice-mail-link-asked-subject = { $other } vraagt om een koppeling met { $group }
notice-mail-link-asked-body =
    De groep { $other } vraagt om een koppeling met { $group }. Dan zijn gesprekken van de ene groep ook te zien in de andere.

    Bekijk de vraag en geef antwoord: { $link }
notice-mail-link-accepted-subject = { $other } gaat akkoord met een koppeling
notice-mail-link-accepted-body =
    De groep { $other } gaat akkoord met een koppeling met { $group }. De koppeling werkt nu.

    Bekijk de koppelingen: { $link }
notice-mail-link-ended-subject = { $outcome ->
    [refused] { $other } wil geen koppeling met { $group }
    [withdrawn] { $other } vraagt niet meer om een koppeling
   *[ended] De koppeling met { $other } is gestopt
}
notice-mail-link-ended-body =
    { $outcome ->
        [refused] De groep { $other } wil geen koppeling met { $group }.
        [withdrawn] De groep { $other } vraagt niet meer om een koppeling met { $group }.
       *[ended] De koppeling van { $group } met { $other } is gestopt. De gesprekken blijven staan in hun eigen groep.
    }

    { $reason }Bekijk de koppelingen: { $link }
notice-mail-promotion-asked-subject = Mag uw gesprek ook te zien zijn in { $other }?
notice-mail-promotion-asked-body =
    { $by } wil uw gesprek “{ $title }” uit de groep { $group } ook laten zien in { $other }. Dat gebeurt alleen als u het goed vindt.

    { $reason }Geef antwoord: { $link }
notice-mail-promotion-offered-subject = Een gesprek is voorgesteld voor { $other }
notice-mail-promotion-offered-body =
    Iemand stelt voor om een gesprek uit de groep { $group } ook te laten zien in { $other }: “{ $title }”

    { $reason }Bekijk het en kies: { $link }
notice-mail-promotion-decided-subject = { $outcome ->
    [accepted] “{ $title }” is nu ook te zien in { $other }
   *[refused] “{ $title }” is niet te zien in { $other }
}
notice-mail-promotion-decided-body =
    { $outcome ->
        [accepted] Het gesprek “{ $title }” uit de groep { $group } is nu ook te zien in { $other }.
        [declined] Wie het gesprek “{ $title }” uit de groep { $group } begon, wil het niet laten zien in { $other }.
       *[refused] De moderators van { $other } laten het gesprek “{ $title }” uit de groep { $group } daar niet zien.
    }

    { $reason }Bekijk het gesprek: { $link }
notice-mail-accepted-subject = U bent nu lid van { $group }
notice-mail-accepted-body =
    U bent nu lid van { $group }. U kunt er lezen en schrijven.

    Ga naar { $instance }: { $link }
notice-mail-rejected-subject = U bent geen lid van { $group }
notice-mail-rejected-body =
    De groep { $group } heeft u niet als lid. Uw aanvraag is afgewezen of uw lidmaatschap is gestopt.

    { $reason }Ga naar { $instance }: { $link }
notice-mail-severed-subject = U bent geen lid meer van { $group }
notice-mail-severed-body =
    De beheerders van { $instance } hebben de site { $host } geblokkeerd. De groep { $group } staat op die site. Daarom is uw lidmaatschap gestopt.

    Ga naar { $instance }: { $link }
notice-mail-role-subject = U hebt een andere rol in { $group }
notice-mail-role-body =
    U bent nu { $role } van { $group }.

    Ga naar { $instance }: { $link }
notice-mail-until-subject = De einddatum van uw lidmaatschap van { $group }
notice-mail-until-body =
    { $outcome ->
        [always] Uw lidmaatschap van { $group } heeft geen einddatum meer.
       *[until] Uw lidmaatschap van { $group } duurt tot en met { $until }. Daarna kunt u er niet meer schrijven.
    }

    Ga naar { $instance }: { $link }
notice-mail-over-subject = Uw lidmaatschap van { $group } is afgelopen
notice-mail-over-body =
    Uw lidmaatschap van { $group } had een einddatum en is nu afgelopen.

    Ga naar { $instance }: { $link }
notice-mail-report-resolved-subject = Wat u meldde, is behandeld
notice-mail-report-resolved-body =
    U meldde iets bij { $instance }. Dat is behandeld. { $outcome ->
        [acted] Er is iets gedaan.
       *[other] Er hoefde niets te gebeuren.
    }

    { $reason }Ga naar { $instance }: { $link }
notice-mail-objection-resolved-subject = Het besluit is opnieuw beoordeeld
notice-mail-objection-resolved-body =
    U vroeg { $instance } om een nieuwe beoordeling. { $outcome ->
        [acted] U krijgt gelijk. Het besluit is teruggedraaid.
       *[other] Het besluit blijft staan.
    }

    { $reason }Ga naar { $instance }: { $link }
notice-mail-removed-subject = Uw bericht in { $group } is verwijderd
notice-mail-removed-body =
    De moderatie van { $group } heeft een bericht van u verwijderd.

    { $reason }Een mens heeft dit besloten, geen computer.
notice-mail-restored-subject = Uw bericht in { $group } staat er weer
notice-mail-restored-body =
    De moderatie van { $group } heeft uw bericht teruggezet.

    Bekijk het: { $link }
notice-mail-locked-subject = Uw gesprek is gesloten
notice-mail-locked-body =
    De moderatie van { $group } heeft uw gesprek “{ $title }” gesloten. Alleen de moderatie kan nog antwoorden.

    { $reason }Bekijk het: { $link }
notice-mail-moved-subject = Uw gesprek is verplaatst
notice-mail-moved-body =
    Uw gesprek “{ $title }” staat nu in de groep { $group }.

    { $reason }Bekijk het: { $link }
notice-mail-warned-subject = U hebt een waarschuwing in { $group }
notice-mail-warned-body =
    De moderatie van { $group } geeft u een waarschuwing.

    { $reason }Een mens heeft dit besloten, geen computer.
notice-mail-banned-subject = U mag niet meer meedoen in { $group }
notice-mail-banned-body =
    U mag niet meer meedoen in { $group }. Dit geldt tot: { $until }.

    { $reason }Een mens heeft dit besloten, geen computer.
notice-mail-unbanned-subject = U mag weer meedoen in { $group }
notice-mail-unbanned-body =
    U mag weer meedoen in { $group }.

    Ga naar { $instance }: { $link }
notice-mail-suspended-subject = Uw account is geblokkeerd
notice-mail-suspended-body =
    Een beheerder van { $instance } heeft uw account geblokkeerd. U kunt niet inloggen.

    { $reason }Een mens heeft dit besloten, geen computer.
notice-mail-unsuspended-subject = Uw account is niet meer geblokkeerd
notice-mail-unsuspended-body =
    U kunt weer inloggen bij { $instance }.

    { $link }
notice-mail-closed-post-subject = Nieuw bericht in een besloten groep
notice-mail-closed-post-body =
    Er is een nieuw bericht voor u in een besloten groep. Wat er staat, leest u alleen na het inloggen.

    { $link }
notice-mail-closed-other-subject = Nieuws uit een besloten groep
notice-mail-closed-other-body =
    Er is nieuws voor u uit een besloten groep. Wat het is, leest u alleen na het inloggen.

    { $link }
notice-mail-titled-post-subject = Nieuw bericht in “{ $title }”
notice-mail-titled-post-body =
    Er is een nieuw bericht voor u in “{ $title }”, in de groep { $group }. Wat er staat, leest u alleen na het inloggen.

    { $link }
notice-mail-titled-other-subject = Nieuws uit { $group }
notice-mail-titled-other-body =
    Er is nieuws voor u uit de groep { $group }. Wat het is, leest u alleen na het inloggen.

    { $link }
notice-mail-answer-received-subject = Wij bekijken wat u meldde
notice-mail-answer-received-body =
    U meldde iets bij { $instance }. Dank u wel. Wij kijken ernaar en laten u weten wat wij besluiten.

    Het nummer van de zaak is { $number }.

    Hebt u niets gemeld? Dan hoeft u niets te doen.
notice-mail-answer-acted-subject = Wat u meldde, is behandeld
notice-mail-answer-acted-body =
    U meldde iets bij { $instance }. Wij hebben ernaar gekeken en iets gedaan.

    { $reason }Een mens heeft dit besloten, geen computer. Bent u het er niet mee eens? Neem contact op: { $link }

    Het nummer van de zaak is { $number }.
notice-mail-answer-dismissed-subject = Wat u meldde, is behandeld
notice-mail-answer-dismissed-body =
    U meldde iets bij { $instance }. Wij hebben ernaar gekeken. Er hoefde niets te gebeuren.

    { $reason }Een mens heeft dit besloten, geen computer. Bent u het er niet mee eens? Neem contact op: { $link }

    Het nummer van de zaak is { $number }.

error-notice-choice = Noem één melding of één gesprek, niet allebei.
