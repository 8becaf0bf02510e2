package store

import (
	"context"
	"strings"
	"time"
	"unicode"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DocumentRow is a document as a list shows it, without its bytes.
type DocumentRow struct {
	crm.Document
	Author string
	Place  string // the name of the folder or record
	Writes bool   // the viewer may change it
	NoteID crm.ID // the post that it was made of
	Linked bool   // it is a document of the archive that is linked to the record that was asked for
	Hits   string // of a search: where the words stand, each between HitFrom and HitTo
	Rank   float64
}

// HitFrom and HitTo surround what was looked for; no stored text holds them.
const (
	HitFrom = '\ue000'
	HitTo   = '\ue001'
)

// documents reads documents for the viewer, without a condition.
func (v Viewer) documents() string {
	return v.documentColumns(`'' as hits, 0::float8 as rank, false as linked`)
}

func (v Viewer) documentColumns(more string) string {
	return `select d.id, d.opportunity_id, d.home as record_kind, ` + homeOf("d", true) + ` as record_id, d.title, d.name, d.media_type, d.size, d.description, d.kind, d.tags, d.expires_on,
		d.latest, coalesce(w.number, 0) as approved_version, w.approved_at, d.author_id, d.at, d.version, coalesce(u.name, '') as author, coalesce(` + titleOf("d", true) + `, '') as place,
		` + v.writes("d") + ` as writes, d.note_id, ` + more + `
		from document d left join app_user u on u.id = d.author_id
		left join lateral (select a.number, a.approved_at from document_version a where a.document_id = d.id and a.approved_at is not null order by a.number desc limit 1) w on true`
}

// Document reads a document that the viewer may read; one that he may not is ErrNotFound.
func (s *Store) Document(ctx context.Context, v Viewer, id crm.ID) (DocumentRow, error) {
	return one[DocumentRow](ctx, s.pool, v.documents()+` where d.id = @id and d.removed_at is null and `+v.reads("d"), v.args(pgx.NamedArgs{"id": id}))
}

// DocumentFilter chooses documents; what is empty does not choose.
type DocumentFilter struct {
	Text    string      // words that stand in title, name, tags, description or the file
	At      crm.Subject // in this folder, or with this record: its own and those linked to it
	Below   bool        // in the folders below it, too
	Kind    crm.DocumentKind
	Tag     string
	Expired bool // its last day is over or close
	Waiting bool // a commercial one whose newest version nobody has approved
	Today   crm.Date
	After   *DocumentMark // the last row of the page before
	Limit   int
}

// DocumentMark is where a page of documents ends.
type DocumentMark struct {
	Rank float64
	At   time.Time
	ID   crm.ID
}

// searchWords makes a search of what a person typed: every word has to be there, the last ones may go on.
func searchWords(text string) string {
	var words []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(words) < 12 && len(w) <= 100 {
			words = append(words, "'"+w+"':*")
		}
	}
	return strings.Join(words, " & ")
}

// Documents lists documents that the viewer may read: the newest first, of a search the best first. A search without a word finds nothing.
func (s *Store) Documents(ctx context.Context, v Viewer, f DocumentFilter) ([]DocumentRow, error) {
	words := searchWords(f.Text)
	if strings.TrimSpace(f.Text) != "" && words == "" {
		return nil, nil
	}
	args := pgx.NamedArgs{
		"words": words, "at": f.At.ID, "kind": string(f.Kind), "tag": strings.ToLower(f.Tag), "today": f.Today, "soon": f.Today.AddDays(crm.ExpiresSoon),
		"commercial": []string{"offer", "quote", "contract", "order"},
	}
	where := conditions{"d.removed_at is null", v.reads("d")}
	order, rank, linked := "d.at desc, d.id desc", "0::float8", "false"
	if words != "" {
		where.when(true, `d.search @@ to_tsquery('folded', @words)`)
		rank = `ts_rank(d.search, to_tsquery('folded', @words))::float8`
		order = "rank desc, " + order
	}
	switch {
	case f.At.Kind == crm.SubjectFolder && f.Below:
		where.when(true, `d.folder_id in (with recursive b as (select g.id from document_folder g where g.id = @at union select g.id from document_folder g join b on g.parent_id = b.id) select b.id from b)`)
	case f.At.Kind == crm.SubjectFolder:
		where.when(true, `d.folder_id = @at`)
	case f.At.Kind != "":
		column := columnOf(f.At.Kind)
		if column == "" {
			return nil, nil
		}
		linked = `d.home = 'folder'`
		where.when(true, `(d.home = '`+string(f.At.Kind)+`' and d.`+column+` = @at or d.id in (select l.document_id from document_link l where l.`+column+` = @at))`)
	}
	where.when(f.Kind != "", `d.kind = @kind`)
	where.when(f.Tag != "", `@tag = any(d.tags)`)
	where.when(f.Expired, `d.expires_on <= @soon`)
	where.when(f.Waiting, `d.kind = any(@commercial::text[]) and coalesce(w.number, 0) < d.latest`)
	if f.After != nil {
		args["after_rank"], args["after_at"], args["after_id"] = f.After.Rank, f.After.At, f.After.ID
		where.when(true, `(`+rank+`, d.at, d.id) < (@after_rank::float8, @after_at::timestamptz, @after_id::uuid)`)
	}
	sql := v.documentColumns(`'' as hits, `+rank+` as rank, `+linked+` as linked`) + where.sql() + ` order by ` + order + upTo(f.Limit)
	if words != "" { // the hits of the page's rows only
		sql = `select r.id, r.opportunity_id, r.record_kind, r.record_id, r.title, r.name, r.media_type, r.size, r.description, r.kind, r.tags, r.expires_on, r.latest, r.approved_version,
			r.approved_at, r.author_id, r.at, r.version, r.author, r.place, r.writes, r.note_id, r.rank, r.linked, ts_headline('folded', r.description || ' ' || left(v.text, 60000), to_tsquery('folded', @words),
			'StartSel=` + string(HitFrom) + `, StopSel=` + string(HitTo) + `, MaxFragments=2, MaxWords=18, MinWords=6, FragmentDelimiter=" … "') as hits
			from (` + sql + `) r join document_version v on v.document_id = r.id and v.number = r.latest order by r.rank desc, r.at desc, r.id desc`
	}
	if words != "" { // what is looked for changes the plan
		return many[DocumentRow](ctx, s.pool, sql, v.args(args))
	}
	return plannedOnce[DocumentRow](ctx, s.pool, sql, v.args(args))
}

// DocumentVersions lists the versions of a document that may be read, the newest first.
func (s *Store) DocumentVersions(ctx context.Context, v Viewer, id crm.ID) ([]crm.DocumentVersion, error) {
	return many[crm.DocumentVersion](ctx, s.pool, `select n.number, n.name, n.media_type, n.size, encode(n.hash, 'hex') as hash, n.author_id, coalesce(u.name, '') as author, n.at, n.why,
		coalesce(n.restored_from, 0) as restored_from, n.approved_by, coalesce(p.name, '') as approver, n.approved_at, n.extraction
		from document_version n join document d on d.id = n.document_id left join app_user u on u.id = n.author_id left join app_user p on p.id = n.approved_by
		where d.id = @id and d.removed_at is null and `+v.reads("d")+` order by n.number desc limit 500`, v.args(pgx.NamedArgs{"id": id}))
}

// DocumentFile reads a file of a document that may be read; number 0 is the newest.
func (s *Store) DocumentFile(ctx context.Context, v Viewer, id crm.ID, number int) (DocumentFile, error) {
	return one[DocumentFile](ctx, s.pool, `select n.name, n.media_type, n.bytes, n.why from document_version n join document d on d.id = n.document_id
		where d.id = @id and d.removed_at is null and n.number = case when @number = 0 then d.latest else @number end and `+v.reads("d"), v.args(pgx.NamedArgs{"id": id, "number": number}))
}

// DocumentText is what could be read in the newest file of a document that may be read, at most so many characters.
func (s *Store) DocumentText(ctx context.Context, v Viewer, id crm.ID, most int) (text string, err error) {
	err = s.pool.QueryRow(ctx, `select left(n.text, @most) from document_version n join document d on d.id = n.document_id
		where d.id = @id and d.removed_at is null and n.number = d.latest and `+v.reads("d"), v.args(pgx.NamedArgs{"id": id, "most": most})).Scan(&text)
	return text, told(err)
}

// DocumentLinks lists the records that a document of the archive is linked to, as far as the viewer may see them.
func (s *Store) DocumentLinks(ctx context.Context, v Viewer, id crm.ID) (out []Place, err error) {
	var parts []string
	for _, k := range subjects {
		parts = append(parts, `select '`+string(k.kind)+`' as kind, x.id, `+k.title+` as title, `+k.seen(v, k.write...)+` as writes, null::uuid as account_id
			from document_link l join `+k.from+` on x.id = l.`+k.column+` where l.document_id = @id and `+k.seen(v, k.read))
	}
	return many[Place](ctx, s.pool, strings.Join(parts, " union all ")+` order by 1, 3 limit 200`, v.args(pgx.NamedArgs{"id": id}))
}

// DocumentEvent is something that happened to a document.
type DocumentEvent struct {
	At    time.Time
	Actor string
	Code  string
	Data  map[string]any
}

// DocumentEvents lists what happened to a document that may be read, the newest first, at most 200.
func (s *Store) DocumentEvents(ctx context.Context, v Viewer, id crm.ID) ([]DocumentEvent, error) {
	return many[DocumentEvent](ctx, s.pool, `select h.at, coalesce(u.name, '') as actor, h.code, h.data from document_event h join document d on d.id = h.document_id
		left join app_user u on u.id = h.actor_id where d.id = @id and d.removed_at is null and `+v.reads("d")+` order by h.id desc limit 200`, v.args(pgx.NamedArgs{"id": id}))
}

// ProjectContract is the contract of a project; the caller has checked that the project may be seen.
func (s *Store) ProjectContract(ctx context.Context, project crm.ID) (contract crm.ID, err error) {
	err = s.pool.QueryRow(ctx, `select contract_id from project where id = $1`, project).Scan(&contract)
	return contract, told(err)
}
