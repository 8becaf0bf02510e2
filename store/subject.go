package store

import (
	"context"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Viewer is a person as one who looks at records of all kinds. A document or message is there for him exactly if the folder or record is that it
// belongs to.
type Viewer struct{ crm.User }

// subject says of a kind of record how it is seen, who may change it, and what it is called.
type subject struct {
	kind        crm.SubjectKind
	column      string // in tables of what belongs to it
	from, owner string // of the record x; owner "all": it has none
	title       string
	read        crm.Permission
	write       []crm.Permission // any of these
}

var subjects = []subject{
	{crm.SubjectOpportunity, "opportunity_id", "opportunity x", "x.owner_id", "x.name", crm.MayReadOpportunity, []crm.Permission{crm.MayWriteOpportunity}},
	{crm.SubjectAccount, "account_id", "account x", "x.owner_id", "x.name", crm.MayReadAccount, []crm.Permission{crm.MayWriteAccount}},
	{crm.SubjectContact, "contact_id", "contact x join account y on y.id = x.account_id", "coalesce(x.owner_id, y.owner_id)", "x.name", crm.MayReadAccount, []crm.Permission{crm.MayWriteAccount}},
	{crm.SubjectLead, "lead_id", "lead x", "", "x.company", crm.MayReadLead, []crm.Permission{crm.MayWriteLead}},
	{crm.SubjectQuote, "quote_id", "quote x join opportunity y on y.id = x.opportunity_id", "y.owner_id", "x.number || ' · ' || y.name", crm.MayReadOpportunity, []crm.Permission{crm.MayWriteOpportunity}},
	{crm.SubjectContract, "contract_id", "contract x", "x.owner_id", "x.number", crm.MayReadContract, []crm.Permission{crm.MayWriteContract, crm.MayWriteProject}},
	{crm.SubjectProject, "project_id", "project x join contract y on y.id = x.contract_id", "y.owner_id", "x.name", crm.MayReadContract, []crm.Permission{crm.MayWriteContract, crm.MayWriteProject}},
	{crm.SubjectProduct, "product_id", "product x", "all", "x.name", crm.MayReadProduct, []crm.Permission{crm.MayWriteProduct}},
}

func subjectOf(kind crm.SubjectKind) (subject, bool) {
	for _, s := range subjects {
		if s.kind == kind {
			return s, true
		}
	}
	return subject{}, false
}

// seen is the condition under which a viewer with one of the permissions reaches the record x.
func (s subject) seen(v Viewer, permissions ...crm.Permission) string {
	var any []string
	for _, p := range permissions {
		sc := ScopeOf(v.User, p)
		switch {
		case sc.none():
		case s.owner == "all", sc.Reach == crm.ReachAll:
			return "true"
		case s.owner == "":
			any = append(any, sc.seesLead("x"))
		default:
			any = append(any, sc.sees(s.owner))
		}
	}
	if len(any) == 0 {
		return "false"
	}
	return "(" + strings.Join(any, " or ") + ")"
}

// reads is the condition under which the viewer may read what belongs to a record: row is the table, which says by its column home where it does.
// It looks at a record only where not everybody of his roles reads all of its kind: each look is a sub-select that has to be planned.
func (v Viewer) reads(row string) string {
	return v.belongs(row, v.readFolders(), func(s subject) string { return s.seen(v, s.read) })
}

// readsAbout is reads for tables of what lies in no folder.
func (v Viewer) readsAbout(row string) string {
	return v.belongs(row, "", func(s subject) string { return s.seen(v, s.read) })
}

// writes tells of rows that the viewer may read whether he may change them: where both reach as far, nothing more is looked at.
func (v Viewer) writes(row string) string {
	return v.belongs(row, v.writeFolders(), func(s subject) string {
		if seen := s.seen(v, s.write...); seen != s.seen(v, s.read) {
			return seen
		}
		return "true"
	})
}

func (v Viewer) belongs(row, folders string, seen func(subject) string) string {
	sql := "case " + row + ".home"
	for _, s := range subjects {
		sql += " when '" + string(s.kind) + "' then " + s.holds(row, seen(s))
	}
	if folders != "" {
		sql += " when 'folder' then " + row + ".folder_id in (" + folders + ")"
	}
	return sql + " else false end"
}

// holds tells whether the record that row belongs to meets a condition on x; that it is there its foreign key says.
func (s subject) holds(row, condition string) string {
	if condition == "true" || condition == "false" {
		return condition
	}
	return "exists (select from " + s.from + " where x.id = " + row + "." + s.column + " and " + condition + ")"
}

// principals are the person's roles and teams as folders name them: his teams, those below, which he reaches, and those above, which he is of.
const principals = `(@principals::text[] || array(with recursive up as (select t.id, t.parent_id from team t where t.id = @team::uuid
	union select t.id, t.parent_id from team t join up on t.id = up.parent_id) select 'team:' || up.id from up))`

// readFolders are the ids of the folders that the viewer may read: a folder is never open to more people than the one above it.
func (v Viewer) readFolders() string {
	if v.Can(crm.MayManageDocument) > crm.ReachNone {
		return "select g.id from document_folder g"
	}
	if v.Can(crm.MayReadDocument) == crm.ReachNone {
		return "select g.id from document_folder g where false"
	}
	return `with recursive f(id) as (select g.id from document_folder g where g.parent_id is null and (g.readers = '{}' or g.readers && ` + principals + `)
		union all select g.id from document_folder g join f on g.parent_id = f.id where g.readers = '{}' or g.readers && ` + principals + `) select f.id from f`
}

// writeFolders are the ids of the folders in which the viewer may write; he reads them all.
func (v Viewer) writeFolders() string {
	if v.Can(crm.MayManageDocument) > crm.ReachNone {
		return "select g.id from document_folder g"
	}
	if v.Can(crm.MayWriteDocument) == crm.ReachNone {
		return "select g.id from document_folder g where false"
	}
	return `with recursive f(id, writers) as (select g.id, g.writers from document_folder g where g.parent_id is null and (g.readers = '{}' or g.readers && ` + principals + `)
		union all select g.id, case when g.writers = '{}' then f.writers else g.writers end from document_folder g join f on g.parent_id = f.id
			where g.readers = '{}' or g.readers && ` + principals + `) select f.id from f where f.writers && ` + principals
}

// args are the parameters of the conditions above, with more.
func (v Viewer) args(more pgx.NamedArgs) pgx.NamedArgs {
	mine := make([]string, 0, len(v.Roles)+len(v.Teams))
	for _, r := range v.Roles {
		mine = append(mine, "role:"+string(r))
	}
	for _, t := range v.Teams {
		mine = append(mine, "team:"+string(t))
	}
	out := Scope{User: v.ID, Teams: v.Teams}.args(more)
	out["principals"], out["team"] = mine, v.TeamID
	return out
}

// Place is a folder or record as its documents and messages name it.
type Place struct {
	Kind      crm.SubjectKind
	ID        crm.ID
	Title     string
	Writes    bool   // the viewer may change it
	AccountID crm.ID // of a deal
}

// Place finds a folder or record that the viewer may read; one that he may not is ErrNotFound.
func (s *Store) Place(ctx context.Context, v Viewer, at crm.Subject) (Place, error) {
	return place(ctx, s.pool, v, at)
}

func place(ctx context.Context, q querier, v Viewer, at crm.Subject) (Place, error) {
	args := v.args(pgx.NamedArgs{"id": at.ID})
	if at.Kind == crm.SubjectFolder {
		return one[Place](ctx, q, `select 'folder' as kind, g.id, g.name as title, g.id in (`+v.writeFolders()+`) as writes from document_folder g where g.id = @id and g.id in (`+v.readFolders()+`)`, args)
	}
	k, ok := subjectOf(at.Kind)
	if !ok {
		return Place{}, ErrNotFound
	}
	account := "null::uuid"
	if at.Kind == crm.SubjectOpportunity {
		account = "x.account_id"
	}
	return one[Place](ctx, q, `select '`+string(k.kind)+`' as kind, x.id, `+k.title+` as title, `+k.seen(v, k.write...)+` as writes, `+account+` as account_id
		from `+k.from+` where x.id = @id and `+k.seen(v, k.read), args)
}

// titleOf is the name of what row belongs to, in SQL; folders says whether the table knows them.
func titleOf(row string, folders bool) string {
	sql := "case " + row + ".home"
	for _, s := range subjects {
		sql += " when '" + string(s.kind) + "' then (select " + s.title + " from " + s.from + " where x.id = " + row + "." + s.column + ")"
	}
	if folders {
		sql += " when 'folder' then (select g.name from document_folder g where g.id = " + row + ".folder_id)"
	}
	return sql + " else '' end"
}

// homeOf is the id of what row belongs to, in SQL; folders says whether the table knows them.
func homeOf(row string, folders bool) string {
	sql := "case " + row + ".home"
	for _, s := range subjects {
		sql += " when '" + string(s.kind) + "' then " + row + "." + s.column
	}
	if folders {
		sql += " when 'folder' then " + row + ".folder_id"
	}
	return sql + " end"
}

// columnOf is the column that holds a subject's id.
func columnOf(kind crm.SubjectKind) string {
	if kind == crm.SubjectFolder {
		return "folder_id"
	}
	s, _ := subjectOf(kind)
	return s.column
}

// process is the durable process whose timeline tells of the record; empty for a record without one.
func (p Place) process() string {
	switch p.Kind {
	case crm.SubjectOpportunity:
		return crm.ProcessID(crm.KindOpportunity, p.ID)
	case crm.SubjectLead:
		return crm.ProcessID(crm.KindLead, p.ID)
	case crm.SubjectContract:
		return crm.ProcessID(crm.KindContract, p.ID)
	}
	return ""
}

// tellPlace tells the timeline of a deal, lead or contract; other records have none.
func (e *edit) tellPlace(ctx context.Context, p Place, entry Entry) error {
	process := p.process()
	if process == "" {
		return nil
	}
	if p.Kind == crm.SubjectOpportunity {
		entry.AccountID, entry.OpportunityID = p.AccountID, p.ID
	}
	return e.tell(ctx, process, entry)
}
