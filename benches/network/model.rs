//! What the country does in a year, as numbers, and what of it is done on which day: the same for the same seed.
//!
//! There are no counts of a community like this one to go by. What is known: there are 342 municipalities; a professional
//! community reckons with three to four thousand members and calls some dozens of 2,600 very active; of all members about 90 in
//! 100 read, 9 answer now and then, 1 begins most topics; laws of work and income change on 1 January and 1 July.

/// Municipalities, each with an instance of its own.
pub const MUNICIPALITIES: f64 = 342.0;

/// Members of an average instance: 300 clients (about one in four of the people on benefits there) and 12 professionals (4,000 in
/// all, as many as the professional communities reckon with).
pub const MEMBERS: f64 = 312.0;

/// Of 100 members 1 begins a topic a week and answers twice, 9 answer twice a month, and 90 read. Who writes likes something every nine
/// days.
const MAKERS: f64 = 0.01;
const CONTRIBUTORS: f64 = 0.09;

/// In a year: topics and answers by a maker, answers by a contributor, likes by either.
const TOPICS: f64 = 50.0;
const ANSWERS: (f64, f64) = (100.0, 24.0);
const LIKES: f64 = 40.0;

/// In a year: pages that a reader looks at (a visit a month, five pages), and an active member (three visits a week, six pages).
const READS: (f64, f64) = (60.0, 900.0);

/// The share of all that is written which goes to groups that every instance follows. The rest stays at home: a client asks the own
/// municipality, a professional asks colleagues in the whole country.
const NATIONAL: f64 = 0.2;

/// How much happens on each day of the week, Monday first: people ask at work, and when offices are open.
const WEEK: [f64; 7] = [1.0, 1.0, 1.0, 1.0, 0.9, 0.3, 0.2];

/// How many times an ordinary working day is the day on which a law changes.
const LAW: f64 = 20.0;

/// How much of a day happens in each hour of it: office hours, a dip at noon, a second wave in the evening.
const HOURS: [f64; 24] = [
    0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 0.8, 2.0, 5.5, 8.5, 10.0, 9.5, 7.0, 8.0, 9.0, 8.0, 6.5, 4.0, 3.5, 5.0, 5.5,
    4.0, 1.6, 0.5,
];

/// Of topics and answers below one another: how many answers go to the topic itself.
const TO_TOPIC: f64 = 0.7;

/// Topics, or posts, back from the newest, among which people still answer and like.
const FRESH: u64 = 30;

/// What a member does in a year on average.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub topics: f64,
    pub replies: f64,
    pub likes: f64,
    pub reads: f64,
}

impl Rates {
    /// By the shares above.
    pub fn new() -> Self {
        let active = MAKERS + CONTRIBUTORS;
        Self {
            topics: MAKERS * TOPICS,
            replies: MAKERS * ANSWERS.0 + CONTRIBUTORS * ANSWERS.1,
            likes: active * LIKES,
            reads: (1.0 - active) * READS.0 + active * READS.1,
        }
    }

    /// All that is written.
    pub fn acts(self) -> f64 {
        self.topics + self.replies + self.likes
    }
}

/// Acts in all national groups in a year, by everybody in the country.
pub fn national_acts() -> f64 {
    MUNICIPALITIES * MEMBERS * Rates::new().acts() * NATIONAL
}

/// Acts in the groups of one instance in a year that nobody elsewhere follows.
pub fn local_acts() -> f64 {
    MEMBERS * Rates::new().acts() * (1.0 - NATIONAL)
}

/// The share of a year that falls into its busiest hour: the one at ten on the day on which a law changes.
pub fn busiest_hour() -> f64 {
    let year: f64 = (0..365).map(|day| weight(day, 182)).sum();
    let busiest = HOURS.iter().copied().fold(0.0, f64::max) / HOURS.iter().sum::<f64>();
    LAW / year * busiest
}

fn weight(day: usize, law: usize) -> f64 {
    if day == law { LAW } else { WEEK[day % 7] }
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Topic,
    Reply,
    Like,
    Read,
}

/// Where: a group that all follow, or the one of an instance that nobody else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    National(usize),
    Local,
}

/// Something that somebody does on a day.
#[derive(Debug, Clone, Copy)]
pub struct Act {
    /// When, as a part of the day.
    pub at: f64,
    /// On which instance.
    pub site: usize,
    /// Chooses the person, and what it is about.
    pub pick: u64,
    pub place: Place,
    pub kind: Kind,
}

/// What the run does of the year.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Days of the calendar.
    pub days: usize,
    /// The day on which a law changes.
    pub law: usize,
    /// One in so many of the acts of the year is done.
    pub part: f64,
    /// National groups.
    pub groups: usize,
    chance: Chance,
}

impl Plan {
    /// A plan of so many days.
    pub fn new(days: usize, part: f64, groups: usize, seed: u64) -> Self {
        Self { days, law: days / 2, part, groups, chance: Chance(seed) }
    }

    /// All acts of a day, in the order of their time. `anywhere` write in national groups, `here` on their own instance.
    pub fn day(&mut self, day: usize, anywhere: &[usize], here: &[usize]) -> Vec<Act> {
        let year: f64 = (0..365).map(|day| weight(day, 182)).sum();
        let share = weight(day, self.law) / year / self.part;
        let rates = Rates::new();
        let mut acts = Vec::new();
        for (kind, rate) in
            [(Kind::Topic, rates.topics), (Kind::Reply, rates.replies), (Kind::Like, rates.likes)]
        {
            let whole = MUNICIPALITIES * MEMBERS * rate * NATIONAL * share;
            for _ in 0..self.chance.about(whole) {
                let group = self.chance.below(self.groups as u64) as usize;
                self.add(&mut acts, anywhere, Place::National(group), kind);
            }
            for site in here {
                for _ in 0..self.chance.about(MEMBERS * rate * (1.0 - NATIONAL) * share) {
                    self.add(&mut acts, &[*site], Place::Local, kind);
                }
            }
        }
        for site in here {
            for _ in 0..self.chance.about(MEMBERS * rates.reads * share) {
                // Who reads at home reads national groups as often as local ones: most of what is written stands there.
                let group = self.chance.below(self.groups as u64 * 2) as usize;
                let place = if group < self.groups { Place::National(group) } else { Place::Local };
                self.add(&mut acts, &[*site], place, Kind::Read);
            }
        }
        acts.sort_by(|one, other| one.at.total_cmp(&other.at));
        acts
    }

    fn add(&mut self, acts: &mut Vec<Act>, sites: &[usize], place: Place, kind: Kind) {
        let site = sites[self.chance.below(sites.len() as u64) as usize];
        acts.push(Act { at: self.chance.time(), site, pick: self.chance.next(), place, kind });
    }
}

/// Which of so many posts an act is about: one of the fresh ones.
pub fn fresh(pick: u64, posts: usize) -> Option<usize> {
    let last = posts.checked_sub(1)?;
    let back = (pick >> 8) % FRESH.min(posts as u64);
    Some(last - back as usize)
}

/// Whether an answer goes to the topic itself.
pub fn to_topic(pick: u64) -> bool {
    (pick >> 40) as f64 / (1_u64 << 24) as f64 <= TO_TOPIC
}

/// Some sentences, told apart by a number.
pub fn text(pick: u64, sentences: u64) -> String {
    const SAID: [&str; 8] = [
        "Ik kreeg een brief waarin staat dat mijn **uitkering** verandert, maar ik begrijp niet waarom.",
        "Ik heb alles doorgegeven wat ik moest doorgeven.",
        "Moet ik bezwaar maken, of is bellen genoeg?",
        "Bij ons geldt dat je de wijziging binnen een week doorgeeft; zie [de uitleg](https://www.example.nl/uitleg).",
        "Dat hangt af van je woonsituatie: woon je samen met iemand, dan telt dat inkomen mee.",
        "Vraag ook naar de bijzondere bijstand, want die kosten komen daar soms voor in aanmerking.",
        "In het werkboek staat het artikel dat hierbij hoort, met een voorbeeld.",
        "Ik kijk het na en kom er morgen op terug.",
    ];
    let mut text = String::new();
    for n in 0..sentences {
        text.push_str(SAID[((pick >> (3 * n)) % 8) as usize]);
        text.push(' ');
    }
    format!("{text}({pick:x})")
}

/// Chance that comes out the same each time.
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number whose mean is this.
    fn about(&mut self, mean: f64) -> usize {
        (mean + self.part()).floor() as usize
    }

    /// A moment of the day, by [`HOURS`].
    fn time(&mut self) -> f64 {
        let mut left = self.part() * HOURS.iter().sum::<f64>();
        for (hour, weight) in HOURS.iter().enumerate() {
            if left < *weight {
                return (hour as f64 + left / weight) / 24.0;
            }
            left -= weight;
        }
        1.0
    }
}
