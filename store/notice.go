package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Notice is something that a person is told of until he has seen it: a mention, an answer, a document that expires.
type Notice struct {
	ID         crm.ID
	Kind       string // mention, reply, expiry
	NoteID     crm.ID
	DocumentID crm.ID
	ExpiresOn  crm.Date // of a document
	Text       string   // of the message; the title of the document
	Author     string
	Place      string
	At         time.Time
}

const noticeFrom = ` from notice i left join note n on n.id = i.note_id left join document d on d.id = i.document_id left join app_user u on u.id = n.author_id where i.user_id = @viewer and i.seen_at is null and `

func (v Viewer) readsNotice() string {
	return `case when i.note_id is not null then ` + v.readsNote("n") + ` else d.removed_at is null and ` + v.reads("d") + ` end`
}

// Notices lists what the viewer is told of and has not seen, the newest first.
func (s *Store) Notices(ctx context.Context, v Viewer, limit int) ([]Notice, error) {
	return many[Notice](ctx, s.pool, `select i.id, i.kind, i.note_id, i.document_id, i.expires_on, coalesce(n.text, d.title) as text, coalesce(u.name, '') as author,
		coalesce(case when n.id is null then '' when n.home = 'company' then (select t.name from team t where t.id = n.team_id) else `+titleOf("n", false)+` end, '') as place, i.at`+
		noticeFrom+v.readsNotice()+` order by i.at desc, i.id desc limit @limit`, v.args(pgx.NamedArgs{"limit": limit}))
}

// NoticeDuties are the rows of My day that come of messages and documents: what the viewer is told of and has not seen, and his tasks that are due
// within a week or at no time.
func (s *Store) NoticeDuties(ctx context.Context, v Viewer) ([]Duty, error) {
	return many[Duty](ctx, s.pool, `select * from ((select i.kind, coalesce(n.reply_to, n.id, d.id) as id, left(coalesce(n.text, d.title), 120) as title, coalesce(u.name, '') as who, 0::numeric as amount,
			'' as currency, i.at as since`+noticeFrom+v.readsNotice()+` order by i.at desc limit @limit)
		union all (select case when k.case_id is null then 'task' else 'poor' end, coalesce(k.note_id, k.case_id), k.subject, case when k.case_id is null then m.name else '' end, 0::numeric, '', coalesce(k.due_on::timestamptz, k.made_at) from task k join app_user m on m.id = k.made_by
			where k.owner_id = @viewer and k.done_at is null and (k.due_on is null or k.due_on <= now()::date + 7) order by k.due_on limit @limit)) x order by since, id`,
		v.args(pgx.NamedArgs{"limit": dutyLimit}))
}

// unreadMost is how far unread entries are counted.
const unreadMost = 99

// Unread counts what the viewer is told of and has not seen, up to 99.
func (s *Store) Unread(ctx context.Context, v Viewer) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from (select from notice where user_id = $1 and seen_at is null limit 1) x`, v.ID).Scan(&n)
	if err != nil || n == 0 { // mostly
		return 0, told(err)
	}
	err = s.pool.QueryRow(ctx, `select count(*) from (select`+noticeFrom+v.readsNotice()+` limit @most) x`, v.args(pgx.NamedArgs{"most": unreadMost})).Scan(&n)
	return n, told(err)
}

// Seen notes that the viewer has seen what he was told of: of a thread, of a document, or, with neither, all of it.
func (s *Store) Seen(ctx context.Context, v Viewer, thread, document crm.ID) error {
	return s.edit(ctx, v.ID, func(e *edit) error {
		_, err := e.q.Exec(ctx, `update notice i set seen_at = $2 where i.user_id = $1 and i.seen_at is null and ($3::uuid is null and $4::uuid is null or i.document_id = $4::uuid
			or i.note_id in (select n.id from note n where n.id = $3::uuid or n.reply_to = $3::uuid))`, v.ID, e.now, thread, document)
		return told(err)
	})
}

// MentionMail tells whether the person is mailed when somebody mentions him.
func (s *Store) MentionMail(ctx context.Context, user crm.ID) (on bool, err error) {
	err = s.pool.QueryRow(ctx, `select mention_mail from app_user where id = $1`, user).Scan(&on)
	return on, told(err)
}

// SetMentionMail says whether the person is mailed when somebody mentions him.
func (s *Store) SetMentionMail(ctx context.Context, user crm.ID, on bool) error {
	_, err := s.pool.Exec(ctx, `update app_user set mention_mail = $2 where id = $1`, user, on)
	return told(err)
}

// RemindExpiries tells whoever put a document in, and, when he is not here any more, sales operations, that it expires within two weeks or has;
// each last day is told once. It gives how many were told of.
func (s *Store) RemindExpiries(ctx context.Context) (n int, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		tag, err := e.q.Exec(ctx, `with due as (
				select d.id, d.author_id, d.expires_on from document d where d.removed_at is null and d.expires_on <= $1 and d.reminded_for is distinct from d.expires_on limit 500 for update skip locked
			), told as (
				insert into notice (id, user_id, kind, document_id, expires_on, at) select gen_random_uuid(), u.id, 'expiry', due.id, due.expires_on, $2
				from due join app_user u on u.active and (u.id = due.author_id or 'sales_ops' = any(u.roles) and not exists (select from app_user a where a.id = due.author_id and a.active))
				on conflict do nothing
			) update document d set reminded_for = d.expires_on from due where d.id = due.id`, e.today.AddDays(crm.ExpiresSoon), e.now)
		n = int(tag.RowsAffected())
		return told(err)
	})
	return n, err
}
