//! What is found and what isn't, kind by kind. The numbers are made up and pass the tests of their kind.

use super::*;

/// Kind and excerpt of all that is found.
fn found(text: &str) -> Vec<(Kind, String)> {
    find(text, &[]).into_iter().map(|one| (one.kind, one.excerpt)).collect()
}

fn kinds(text: &str) -> Vec<Kind> {
    find(text, &[]).into_iter().map(|one| one.kind).collect()
}

/// Each of these texts holds one thing of a kind, and nothing else.
fn all_are(kind: Kind, texts: &[&str]) {
    for text in texts {
        assert_eq!(kinds(text), [kind], "{text}");
        assert_eq!(has_bsn(text), kind == Kind::Bsn, "{text}");
    }
}

fn none_in(texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text), [], "{text}");
        assert!(!has_bsn(text), "{text}");
    }
}

#[test]
fn a_bsn_is_found_alone_and_as_people_group_it() {
    all_are(
        Kind::Bsn,
        &[
            "123456782",
            "Mijn nummer is 123456782.",
            "(111222333)",
            "**123456782**, dank u",
            "1234.56.782",
            "1234 56 782",
            "123-456-782",
            "123.456.782",
            "nummers:\n- 123456782\n- 5",
            "| 123456782 |",
            "bel mij in 2026 over 123456782 of 3 weken later",
            "012345672",
            // Eight digits: the zero is missing.
            "12345672",
            "nr.123456782",
            "kleur 123456782",
            "vorder 123456782",
        ],
    );
}

#[test]
fn a_bsn_grouped_otherwise_is_found_beside_its_name() {
    for digits in
        ["12 34 56 782", "1-2-3-4-5-6-7-8-2", "12345 6782", "123456/782", "12.345.672", "123 - 456 - 782"]
    {
        none_in(&[digits, &format!("Het gaat om {digits} stuks")]);
        all_are(
            Kind::Bsn,
            &[
                &format!("BSN {digits}"),
                &format!("Het burgerservicenummer van mijn zoon is {digits}."),
                &format!("sofinummer: {digits}"),
                &format!("{digits} is mijn BSN"),
            ],
        );
    }
    all_are(
        Kind::Bsn,
        &["bsn123456782", "BSN-123456782", "Bsn.nr=123456782", "KvK of BSN: 12345684", "bsn 20261202"],
    );
    none_in(&["Wat is mijn BSN?", "Een BSN heeft 9 cijfers en staat op uw paspoort.", "BSN 123456789"]);
}

#[test]
fn no_other_way_to_write_digits_hides_a_bsn() {
    all_are(
        Kind::Bsn,
        &[
            "１２３４５６７８２",
            "١٢٣٤٥٦٧٨٢",
            "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟐",
            "①②③④⑤⑥⑦⑧②",
            "¹²³⁴⁵⁶⁷⁸²",
            "123\u{200b}456\u{200b}782",
            "1\u{feff}2\u{2060}3\u{ad}4\u{200d}56782",
            "1\u{336}2\u{336}3\u{336}4\u{336}56782",
            "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3456782",
            "\u{202e}123456782\u{202c}",
            "123\u{a0}456\u{a0}782",
            "123\u{2011}456\u{2011}782",
            "1234．56．782",
            "ＢＳＮ １２ ３４ ５６ ７８２",
        ],
    );
}

#[test]
fn numbers_of_other_kinds_are_no_bsn() {
    none_in(&[
        // They don't pass the test.
        "123456789",
        "999999999",
        "000000000",
        "001234561",
        // Longer, or part of something longer.
        "1234567820",
        "0123456782001",
        "order-123456782",
        "WMO_123456782",
        "#123456782",
        "img-123456782.jpg",
        "123456782-2024",
        "2024/123456782",
        "1.123.456.782",
        "12 123 456 782",
        "192.123.456.782",
        "52.12345672",
        "deadbeef123456782",
        "BWBR123456782",
        "0198c0de-12345672-7000-8000-123456782abc",
        "12345672-1234-4234-8234-123456789012",
        "+12345672",
        "?id=123456782",
        "/p/123456782",
        "bas@123456782",
        // Money.
        "€ 123456782",
        "€123.456.782",
        "123.456.782 euro",
        "EUR 12345672",
        "12345672,50",
        "123456782,-",
        // Dates and times.
        "01-12-2026",
        "2026-12-02",
        "20261202",
        "01042026",
        "Uw BSN staat in de brief van 02-02-1985",
        "2026-01-01T10:00:00Z",
        // Called by another name.
        "KvK 12345684",
        "KvK-nummer: 12345684",
        "Kamer van Koophandel, nummer 12345684",
        "RSIN 123456782",
        "ordernummer 123456782",
        "Mijn bestelling (nr. 123456782)",
        "factuurnr. is 123456782",
        // Law, time, place.
        "artikel 18 lid 4",
        "artikel 18, vierde lid, van de Participatiewet (Stb. 2014, 270)",
        "ECLI:NL:CRVB:2019:1694",
        "jci1.3:c:BWBR0015703&artikel=18",
        "9711 LM Groningen",
        "van 10:00 tot 12:30 uur",
        "1, 2, 3, 4, 5, 6, 7, 8, 9",
        "1 2 3 4 5 6 7 8 2",
        "",
    ]);
}

#[test]
fn addresses_of_pages_hold_numbers_of_all_kinds() {
    none_in(&[
        "https://example.nl/zaak/123456782",
        "Zie https://example.nl/a(123456782)?x=0612345678&m=jan@example.nl.",
        "[hier](https://example.nl/123456782)",
        "<https://example.nl/NL91ABNA0417164300>",
        "www.example.nl/123456782",
        "https://social.example/@jan/114123456782123456",
        "https://jan@example.nl/",
    ]);
    all_are(
        Kind::Bsn,
        &[
            "https://example.nl/?bsn=123456782&x=1",
            "https://example.nl/burgerservicenummer/123456782",
            "[hier](https://example.nl/) 123456782",
        ],
    );
    assert_eq!(kinds("[mail](mailto:jan@example.nl) of [bel](tel:0612345678)"), [Kind::Email, Kind::Phone]);
}

#[test]
fn an_account_is_found_by_its_check_digits() {
    all_are(
        Kind::Iban,
        &[
            "NL91ABNA0417164300",
            "NL91 ABNA 0417 1643 00 graag",
            "nl91 abna 0417164300",
            "IBAN:NL91ABNA0417164300.",
            "NL 91 ABNA 0417 1643 00",
            "NL91\u{a0}ABNA\u{a0}0417\u{200b}1643\u{a0}00",
            "BE68 5390 0754 7034",
            "DE89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
            "FR14 2004 1010 0505 0001 3M02 606",
        ],
    );
    none_in(&[
        "NL92ABNA0417164300",
        "NL91ABNA04171643",
        "XNL91ABNA0417164300",
        "NL91ABNA0417164300A",
        "XX91ABNA0417164300",
        "De 12 maanden zijn voorbij nu",
        "no 12 van de 15",
    ]);
}

#[test]
fn a_phone_number_is_found_as_it_is_written_here() {
    all_are(
        Kind::Phone,
        &[
            "0612345678",
            "06-12345678",
            "06 12345678",
            "06 1234 5678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "Bel 06 - 12345678!",
            "(06) 12345678",
            "050-1234567",
            "050 123 45 67",
            "(050) 123 45 67",
            "0598 123456",
            "0591-12 34 56",
            "088 123 4567",
            "+31612345678",
            "+31 6 12345678",
            "+31 (0)6 12345678",
            "+31-50-1234567",
            "0031612345678",
            "0031 6 12345678",
            "+49 30 1234567",
            "+32 470 12 34 56",
            "tel:0612345678",
            "06‑12345678",
            "０６１２３４５６７８",
            "Bel 06 12345672", // The end alone would pass as a BSN.
        ],
    );
    none_in(&[
        "06-12-2026 10:00",
        "01-02-2026 om 10:15",
        "06123456",
        "06123456789",
        "0012345678",
        "0800-8051",
        "0800 123456",
        "14 050",
        "112",
        "0,612345678",
        "10.0612345678",
        "x0612345678",
        "1/4 + 1/2",
        "+31 50",
        "a+12345678",
        "01 02 03 04 05",
    ]);
}

#[test]
fn an_e_mail_address_is_no_handle() {
    all_are(
        Kind::Email,
        &[
            "jan@example.nl",
            "Mail naar jan.de-vries+post@mail.example.co.uk.",
            "<jan@example.nl>",
            "mailto:jan@example.nl",
            "(JAN@EXAMPLE.NL)",
            "jan@gemeente.amsterdam",
            "jan＠example．nl",
            "jan@xn--wrkplein-c8g.example",
            "jan@example.nl: dat is mijn adres",
            "josé@example.nl",
        ],
    );
    none_in(&[
        "@jan@example.nl",
        "(@jan@mastodon.example)",
        "!bijstand@lemmy.example",
        "acct:jan@example.nl",
        "/u/jan@example.nl",
        "@jan",
        "jan@localhost",
        "jan @ example.nl",
        "npm@1.2.3",
        "@example.nl",
        "git@example.nl:forum/vakplein.git",
        "jan@.nl",
        "a@b@c.nl@d",
    ]);
    let text = "Vraag @jan@example.nl, of mail jan@example.nl";
    assert_eq!(find(text, &[])[0].range, text.rfind("jan").unwrap()..text.len());
}

#[test]
fn a_day_of_birth_is_found_behind_a_word_that_says_so() {
    all_are(
        Kind::BirthDate,
        &[
            "Jan is geboren op 12 maart 1985.",
            "geboortedatum: 12-03-1985",
            "Geboortedatum 1985-03-12",
            "mijn zoon (geb. 1/2/2015)",
            "geb 12.03.85",
            "geboren te 's-Gravenhage, 3 mrt. 1970",
            "born on March 12, 1985",
            "date of birth 12031985",
            "Date of birth: 12 03 1985",
        ],
    );
    assert_eq!(found("Zij is geboren op 3 mei 1990 in Assen")[0].1, "geboren op 3 mei 1990");
    none_in(&[
        "Dit geldt voor wie geboren is voor 1 januari 1955",
        "Bent u geboren vóór 1-1-1950 of na 1-1-1960?",
        "geboren tussen 1 januari 1950 en 1 januari 1960",
        "geboren in 1985",
        "op 12 maart 1985 verhuisd",
        "Pasgeboren op 12 maart",
        "geboren op dag 12 van 1985",
        "geboren 45-03-1985",
        "De wet is van 9 oktober 2003",
    ]);
}

#[test]
fn case_numbers_are_found_by_the_patterns_of_the_instance() {
    let patterns = ["WMO-####-######", "Z/##/######", "#######", "KL ####"];
    let patterns = patterns.map(|text| Pattern::parse(text).unwrap());
    for text in [
        "Mijn zaak WMO-2026-000123 loopt nog",
        "wmo-2026-000123",
        "wmo‑２０２６‑000123",
        "(Z/26/123456)",
        "1234567",
        "kl 1234.",
    ] {
        let found = find(text, &patterns);
        assert_eq!(found.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::CaseNumber], "{text}");
        assert_eq!(kinds(text), [], "{text}");
    }
    for text in [
        "WMO-2026-00012",
        "WMO-2026-0001234",
        "AWMO-2026-000123",
        "WMO 2026 000123",
        "12345678",
        "a1234567",
        "https://example.nl/WMO-2026-000123",
    ] {
        assert_eq!(find(text, &patterns), [], "{text}");
    }
    // A BSN stays one, whatever the pattern.
    let nine = [Pattern::parse("#########").unwrap()];
    let two: Vec<Kind> = find("123456782 en 123456789", &nine).iter().map(|one| one.kind).collect();
    assert_eq!(two, [Kind::Bsn, Kind::CaseNumber]);
    let long = format!("A{}", "#".repeat(40));
    let odd =
        ["", "####", "###-##", "WMO-###", "-WMO-####", "WMO-####-", "WMO-####*", "WMO\n####", long.as_str()];
    for odd in odd {
        assert_eq!(Pattern::parse(odd), None, "{odd}");
    }
}

#[test]
fn what_is_found_is_told_with_its_place_but_never_a_whole_bsn() {
    let text = "é 123456782, jan@example.nl en 06-12345678";
    let all = find(text, &[]);
    let places: Vec<&str> = all.iter().map(|one| text.get(one.range.clone()).unwrap()).collect();
    assert_eq!(places, ["123456782", "jan@example.nl", "06-12345678"]);
    let told: Vec<&str> = all.iter().map(|one| one.excerpt.as_str()).collect();
    assert_eq!(told, ["…782", "jan@example.nl", "06-12345678"]);
    let logged = format!("{all:?}");
    assert!(!logged.contains("782") && !logged.contains("jan"), "{logged}");
    let mut errors = FieldErrors::default();
    refuse_bsn(&mut errors, "bio", "Zomaar een tekst van 2026");
    assert_eq!(errors, FieldErrors::default());
    refuse_bsn(&mut errors, "bio", text);
    assert_eq!(errors.of("bio").map(|error| error.key), Some("error-bsn"));
}
