package store

import (
	"context"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// FeedRow is an entry of the feed: a message, or a version of a document (S106).
type FeedRow struct {
	What     string // note, document
	ID       crm.ID
	At       time.Time
	Author   string
	AuthorID crm.ID
	Text     string          // of a message; the title of a document
	Number   int             // of the document's version
	Kind     crm.SubjectKind `db:"record_kind"`
	RecordID crm.ID
	Place    string
	ReplyTo  crm.ID
	Replies  int
	Made     int
	Unseen   bool
	Gone     bool // it was withdrawn
	Edited   bool
	Followed bool // the viewer follows the record
}

// FeedMark is where a page of the feed ends.
type FeedMark struct {
	At    time.Time
	ID    crm.ID
	Event int64 // of one that ends with an event; ID is then before every id
}

// FeedFilter chooses entries of the feed.
type FeedFilter struct {
	Show  string // one of FeedShows; empty: mine
	After *FeedMark
	Limit int
}

// FeedShows are the parts of the feed: what concerns the person, all that he may see, where he is mentioned, posts to the company and teams, documents, what he follows.
func FeedShows() []string {
	return []string{"mine", "all", "mentions", "company", "documents", "followed"}
}

// Feed lists what concerns the viewer, the newest first: posts, messages about his and his teams' records and those that he follows, where he is
// mentioned, and documents. Nothing of a record that he may not see is in it.
func (s *Store) Feed(ctx context.Context, v Viewer, f FeedFilter) ([]FeedRow, error) {
	args := pgx.NamedArgs{}
	after := func(at, id string) string {
		if f.After == nil {
			return "true"
		}
		args["after_at"], args["after_id"] = f.After.At, f.After.ID
		return `(` + at + `, ` + id + `) < (@after_at::timestamptz, @after_id::uuid)`
	}
	notes := conditions{v.readsNote("n"), after("n.at", "n.id")}
	files := conditions{"d.removed_at is null", v.reads("d"), after("r.at", "r.document_id")}
	mention := `exists (select from note_mention m where m.note_id = n.id and m.user_id = @viewer)`
	switch f.Show {
	case "all":
	case "mentions":
		notes.when(true, mention)
		files = nil
	case "company":
		notes.when(true, "n.home = 'company'")
		files.when(true, "d.home = 'folder'")
	case "documents":
		notes = nil
	case "followed":
		notes.when(true, follows("n"))
		files.when(true, follows("d"))
	default:
		notes.when(true, `(n.home = 'company' or n.author_id = @viewer or `+mention+` or `+v.mine("n")+` or `+follows("n")+`)`)
		files.when(true, `(d.home = 'folder' or r.author_id = @viewer or `+v.mine("d")+` or `+follows("d")+`)`)
	}
	var parts []string
	if notes != nil {
		parts = append(parts, `(select 'note' as what, n.id, n.at, n.author_id, n.text, 0 as number, n.home as record_kind, `+homeOf("n", false)+` as record_id,
			coalesce(case when n.home = 'company' then (select t.name from team t where t.id = n.team_id) else `+titleOf("n", false)+` end, '') as place, n.reply_to,
			(select count(*) from note q where q.reply_to = n.id)::int as replies,
			((select count(*) from task k where k.note_id = n.id) + (select count(*) from note m where m.source_id = n.id) + (select count(*) from document x where x.note_id = n.id))::int as made,
			exists (select from notice i where i.note_id = n.id and i.user_id = @viewer and i.seen_at is null) as unseen, n.withdrawn_at is not null as gone, n.edited_at is not null as edited,
			n.home <> 'company' and `+follows("n")+` as followed
		from note n`+notes.sql()+` order by n.at desc, n.id desc`+upTo(f.Limit)+`)`)
	}
	if files != nil {
		parts = append(parts, `(select 'document' as what, d.id, r.at, r.author_id, d.title as text, r.number, d.home as record_kind, `+homeOf("d", true)+` as record_id, coalesce(`+titleOf("d", true)+`, '') as place,
			null::uuid as reply_to, 0 as replies, 0 as made, false as unseen, false as gone, false as edited, d.home <> 'folder' and `+follows("d")+` as followed
		from document_version r join document d on d.id = r.document_id`+files.sql()+` order by r.at desc, r.document_id desc`+upTo(f.Limit)+`)`)
	}
	return plannedOnce[FeedRow](ctx, s.pool, `select f.*, coalesce(u.name, '') as author from (`+strings.Join(parts, " union all ")+`) f left join app_user u on u.id = f.author_id
		order by f.at desc, f.id desc`+upTo(f.Limit), v.args(args))
}

// mine is the condition under which the record that row belongs to, which the viewer may read, is one of the person's own or of his teams'. Who reads
// no others need not be asked again.
func (v Viewer) mine(row string) string {
	near := Scope{User: v.ID, Teams: v.Teams, Reach: crm.ReachTeam}
	sql := "case " + row + ".home"
	for _, s := range subjects {
		owner := s.owner
		switch owner {
		case "all":
			continue
		case "":
			owner = "x.owner_id"
		}
		condition := near.sees(owner)
		if s.owner != "" && ScopeOf(v.User, s.read).Reach < crm.ReachAll {
			condition = "true"
		}
		sql += " when '" + string(s.kind) + "' then " + s.holds(row, condition)
	}
	return sql + " else false end"
}

// followed are the rows of follow with the kind of their record. A merge writes such rows anew as they were, so the table has no column for it.
const followed = `(select f.*, case when f.opportunity_id is not null then 'opportunity' when f.account_id is not null then 'account' when f.contact_id is not null then 'contact'
	when f.lead_id is not null then 'lead' when f.quote_id is not null then 'quote' when f.contract_id is not null then 'contract' when f.project_id is not null then 'project' else 'product' end as home
	from follow f) w`

// follows is the condition under which the viewer follows the record that row belongs to.
func follows(row string) string {
	return `exists (select from ` + followed + ` where w.user_id = @viewer and w.home = ` + row + `.home and ` + homeOf("w", false) + ` = ` + homeOf(row, false) + `)`
}

// Follow has what happens about a record show in the viewer's feed, or no more. Errors: ErrNotFound.
func (s *Store) Follow(ctx context.Context, v Viewer, at crm.Subject, on bool) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		p, err := place(ctx, e.q, v, at)
		if err != nil {
			return err
		}
		if p.Kind == crm.SubjectFolder {
			return ErrNotFound
		}
		column := columnOf(p.Kind)
		if !on {
			_, err = e.q.Exec(ctx, `delete from follow where user_id = $1 and `+column+` = $2`, v.ID, p.ID)
			return told(err)
		}
		_, err = e.q.Exec(ctx, `insert into follow (id, user_id, `+column+`, at) values ($1, $2, $3, $4) on conflict do nothing`, NewID(), v.ID, p.ID, e.now)
		return told(err)
	})
}

// Follows lists the records that the viewer follows, as far as he may see them.
func (s *Store) Follows(ctx context.Context, v Viewer) ([]Place, error) {
	return many[Place](ctx, s.pool, `select w.home as kind, `+homeOf("w", false)+` as id, `+titleOf("w", false)+` as title, false as writes, null::uuid as account_id
		from `+followed+` where w.user_id = @viewer and `+v.readsAbout("w")+` order by w.at desc limit 200`, v.followArgs())
}

// followArgs are the viewer's parameters; what is followed lies in no folder.
func (v Viewer) followArgs() pgx.NamedArgs { return v.args(nil) }
