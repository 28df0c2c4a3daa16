//! Whether nothing was lost: every living instance has every post of the groups that it follows, once, with the same likes and
//! answers.

use std::collections::BTreeMap;

use diesel::prelude::*;
use vakplein::db::schema;
use vakplein::groups;

use crate::sites::Site;
use crate::traffic::{Network, group_name};

/// A post as an instance has it: how many like it, how many answers its topic has when it began one, whether the group's host has
/// yet to confirm it.
type Copy = (i64, Option<i64>, bool);

/// What is wrong, in words; nothing, when all is well.
pub async fn faults(network: &Network) -> Vec<String> {
    let mut faults = network.faults.clone();
    for (group, book) in network.books.iter().enumerate() {
        let host = &network.sites[group];
        let (original, doubled) = copies(host, &group_name(group)).await;
        if original.len() != book.posts.len() || doubled > 0 {
            let (has, written) = (original.len(), book.posts.len());
            faults.push(format!("{} has {has} posts of {written}, {doubled} twice", host.app.domain));
        }
        let lacking = book.posts.iter().filter(|uri| !original.contains_key(*uri)).count();
        if lacking > 0 {
            faults.push(format!("{} lacks {lacking} posts", host.app.domain));
        }
        for site in network.sites.iter().filter(|site| !site.role.dies() && site.index != group) {
            let name = format!("{}@{}", group_name(group), host.app.domain);
            let (copy, doubled) = copies(site, &name).await;
            let lacking = original.keys().filter(|uri| !copy.contains_key(*uri)).count();
            let more = copy.keys().filter(|uri| !original.contains_key(*uri)).count();
            let differ: Vec<_> = original
                .iter()
                .filter_map(|(uri, one)| Some((uri, one, copy.get(uri)?)))
                .filter(|(_, one, other)| (one.0, one.1) != (other.0, other.1) || other.2)
                .collect();
            if lacking + more + doubled + differ.len() > 0 {
                let (domain, role) = (&site.app.domain, site.role.word());
                let first = differ.first();
                faults.push(format!(
                    "{domain} ({role}) lacks {lacking} posts of {name}, has {more} too many, {doubled} twice, and {} that differ, \
                     as {first:?}",
                    differ.len()
                ));
            }
        }
    }
    faults.extend(network.sinks.faults(&network.books[0].topics, &network.books[0].posts));
    faults
}

async fn copies(site: &Site, name: &str) -> (BTreeMap<String, Copy>, usize) {
    use schema::{posts, threads};
    let name = name.to_owned();
    let read = site.app.app.db.read(move |tx| {
        let group = groups::views::find(tx, &name)?;
        let posts: Vec<(String, i64, bool, bool)> = posts::table
            .filter(posts::group_id.eq(group))
            .select((posts::uri, posts::like_count, posts::local, posts::confirmed_at.is_null()))
            .load(tx.conn)?;
        let answers: Vec<(String, i64)> = threads::table
            .inner_join(posts::table.on(posts::id.eq(threads::id)))
            .filter(threads::group_id.eq(group))
            .select((posts::uri, threads::reply_count))
            .load(tx.conn)?;
        Ok((posts, answers, group))
    });
    let (posts, answers, _group) = read.await.unwrap();
    let answers: BTreeMap<String, i64> = answers.into_iter().collect();
    let count = posts.len();
    let copies: BTreeMap<String, Copy> = posts
        .into_iter()
        .map(|(uri, likes, local, pending)| {
            let answered = answers.get(&uri).copied();
            (uri, (likes, answered, local && pending))
        })
        .collect();
    let doubled = count - copies.len();
    (copies, doubled)
}
