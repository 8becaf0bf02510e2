package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// SettingFields is the history of the definitions of custom fields.
const SettingFields = "custom_fields"

const customFields = `select id, record, name, type, labels, options, readers, writers, position, retired_at is not null as retired, version from custom_field`

// CustomFields reads the definitions of one kind of record, or of all, retired ones too, and brings what rules know of them up to date (S054).
func (s *Store) CustomFields(ctx context.Context, record string) ([]crm.CustomField, error) {
	all, err := many[crm.CustomField](ctx, s.pool, customFields+` where $1 = '' or record = $1 order by record, position, name`, record)
	if err == nil {
		crm.LearnCustom(all)
	}
	return all, err
}

// OwnFields lists the definitions of custom fields.
var OwnFields = List[crm.CustomField]{
	from: `select * from (` + customFields + `) f`, id: "id", rowID: func(f crm.CustomField) crm.ID { return f.ID },
	sort: []Order{{"record", false}, {"position", false}, {"name", false}},
	columns: []column[crm.CustomField]{
		{"record", "record", "text", func(f crm.CustomField) any { return f.Record }, false},
		{"name", "name", "text", func(f crm.CustomField) any { return f.Name }, false},
		{"type", "type", "text", func(f crm.CustomField) any { return f.Type }, false},
		{"position", "position", "numeric", func(f crm.CustomField) any { return f.Position }, false},
		{"retired", "retired", "boolean", nil, true},
	},
}

// withFields reads the text of a rule set together with the definitions that it may name: rules are compiled knowing them. The text is the
// first column of the query.
func withFields(ctx context.Context, q querier, kind crm.RuleKind, version int) (source string, err error) {
	var fields []crm.CustomField
	rows, err := q.Query(ctx, `select source, (select coalesce(jsonb_agg(jsonb_build_object('ID', f.id, 'Record', f.record, 'Name', f.name, 'Type', f.type, 'Labels', f.labels, 'Options', f.options,
			'Readers', f.readers, 'Writers', f.writers, 'Position', f.position, 'Retired', f.retired_at is not null, 'Version', f.version)), '[]') from custom_field f)
		from rule_set where kind = $1 and version = $2`, string(kind), version)
	if err != nil {
		return "", told(err)
	}
	_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) { return struct{}{}, row.Scan(&source, &fields) })
	crm.LearnCustom(fields)
	return source, told(err)
}

// CreateCustomField adds a definition. Errors: Taken for a name that the record has had before, too_many, and those of fields.
func (s *Store) CreateCustomField(ctx context.Context, actor crm.ID, f crm.CustomField) (crm.CustomField, error) {
	f.Version = 1
	_, err := s.editSetting(ctx, SettingFields, Target{Actor: actor}, func(e *edit) (map[string]change, error) {
		var n int
		if err := e.q.QueryRow(ctx, `select count(*) from custom_field where record = $1`, f.Record).Scan(&n); err != nil {
			return nil, told(err)
		}
		if n >= crm.MaxCustomFields {
			return nil, crm.FieldErrors{crm.Problem("too_many", "max", fmt.Sprint(crm.MaxCustomFields)).At("/name")}
		}
		_, err := e.q.Exec(ctx, `insert into custom_field (id, record, name, type, labels, options, readers, writers, position, created_at, created_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			f.ID, f.Record, f.Name, f.Type, f.Labels, orEmpty(f.Options), texts(f.Readers), texts(f.Writers), f.Position, e.now, e.actor)
		return map[string]change{f.Path(): {"", fieldText(f)}}, told(err)
	})
	if err == nil {
		crm.LearnCustom([]crm.CustomField{f})
	}
	return f, err
}

// EditCustomField changes labels, options, roles and place of a definition, and retires it or takes it into use again. Its type stays, and so do
// options that were there: they are retired, not taken out.
func (s *Store) EditCustomField(ctx context.Context, t Target, apply func(*crm.CustomField) error) (f crm.CustomField, err error) {
	_, err = s.editSetting(ctx, SettingFields, Target{Actor: t.Actor}, func(e *edit) (map[string]change, error) {
		if f, err = one[crm.CustomField](ctx, e.q, customFields+` where id = $1 for update`, t.ID); err != nil {
			return nil, err
		}
		if t.Version != 0 && t.Version != f.Version {
			return nil, Stale{Version: f.Version}
		}
		before := f
		if err := apply(&f); err != nil {
			return nil, err
		}
		f.ID, f.Record, f.Name, f.Type = before.ID, before.Record, before.Name, before.Type
		f.Options = keptOptions(before.Options, f.Options)
		if fieldText(before) == fieldText(f) {
			return nil, nil
		}
		f.Version++
		_, err := e.q.Exec(ctx, `update custom_field set labels = $2, options = $3, readers = $4, writers = $5, position = $6, version = $7,
			retired_at = case when $8 then coalesce(retired_at, $9) end where id = $1`,
			f.ID, f.Labels, orEmpty(f.Options), texts(f.Readers), texts(f.Writers), f.Position, f.Version, f.Retired, e.now)
		return map[string]change{f.Path(): {fieldText(before), fieldText(f)}}, told(err)
	})
	if err == nil {
		crm.LearnCustom([]crm.CustomField{f})
	}
	return f, err
}

// keptOptions are the new options, with those that were there before and are missing now as retired ones: values name them.
func keptOptions(before, now []crm.CustomOption) []crm.CustomOption {
	for _, o := range before {
		if !slices.ContainsFunc(now, func(n crm.CustomOption) bool { return n.Key == o.Key }) {
			o.Retired = true
			now = append(now, o)
		}
	}
	return now
}

// fieldText is a definition in its history.
func fieldText(f crm.CustomField) string {
	text := string(f.Type)
	for _, l := range []string{"en", "it", "es", "pl"} {
		if f.Labels[l] != "" {
			text += " · " + l + ": " + f.Labels[l]
		}
	}
	for _, o := range f.Options {
		text += " · " + o.Key
		if o.Retired {
			text += " –"
		}
		for _, l := range []string{"en", "it", "es", "pl"} {
			if o.Labels[l] != "" {
				text += " " + o.Labels[l]
			}
		}
	}
	text += fmt.Sprintf(" · %d", f.Position)
	if len(f.Readers) > 0 {
		text += " · r: " + fmt.Sprint(f.Readers)
	}
	if len(f.Writers) > 0 {
		text += " · w: " + fmt.Sprint(f.Writers)
	}
	if f.Retired {
		text += " · –"
	}
	return text
}

// FieldUse is a kind of rules whose version in force reads a custom field.
type FieldUse struct {
	Kind    crm.RuleKind
	Version int
}

// CustomFieldUses lists the rules in force that name a custom field by its path.
func (s *Store) CustomFieldUses(ctx context.Context, f crm.CustomField) ([]FieldUse, error) {
	return many[FieldUse](ctx, s.pool, `select kind, version from rule_set where active and source ~ ($1 || '([^a-z0-9_]|$)') order by kind`,
		`(^|[^a-z0-9_.])`+regexpQuoted(f.Path()))
}

func regexpQuoted(path string) string {
	out := ""
	for _, r := range path {
		if r == '.' {
			out += `\`
		}
		out += string(r)
	}
	return out
}

// fitsCustom refuses values that their definitions do not take; what was there before and is not touched passes, also of a retired field.
func (e *edit) fitsCustom(ctx context.Context, record string, before, now crm.Custom) error {
	changed := changedCustom(before, now)
	if len(changed) == 0 {
		return nil
	}
	fields, err := many[crm.CustomField](ctx, e.q, customFields+` where record = $1 and name = any($2)`, record, changed)
	if err != nil {
		return err
	}
	wrong := crm.FieldErrors{}
	for _, name := range changed {
		i := slices.IndexFunc(fields, func(f crm.CustomField) bool { return f.Name == name })
		switch {
		case i < 0:
			wrong = append(wrong, crm.Problem("unknown_field").At("/custom/"+name))
		case fields[i].Retired && now[name] != nil:
			wrong = append(wrong, crm.Problem("retired_field").At("/custom/"+name))
		case now[name] != nil:
			text := now.Text(name)
			if _, err := fields[i].Parse(text, crm.Currency(e.entity.Currency)); err != nil {
				wrong.Add("/custom/"+name, keptOption(fields[i], text, err))
			}
		}
	}
	return wrong.Err()
}

// keptOption lets a list keep options that were retired since.
func keptOption(f crm.CustomField, text string, err error) error {
	if f.Type != crm.CustomChoices {
		return err
	}
	for i := range f.Options {
		f.Options[i].Retired = false
	}
	if _, wrong := f.Parse(text, ""); wrong == nil {
		return nil
	}
	return err
}

// changedCustom are the names whose values differ, sorted.
func changedCustom(before, now crm.Custom) (out []string) {
	for _, name := range append(before.Names(), now.Names()...) {
		if before.Text(name) != now.Text(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// SaveCustom writes the custom fields that a step filled on a record: account, contact or opportunity.
func (tx *Tx) SaveCustom(ctx context.Context, record string, id crm.ID, values crm.Custom) error {
	if !slices.Contains(crm.CustomRecords(), record) {
		return errors.New("no record with fields of its own: " + record)
	}
	return late(ctx, tx.q, `update `+record+` set custom = $2 where id = $1`, id, values.Stored())
}
