package api

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// readMapped reads a file with the places given, else with those that were chosen for such a header before, else with what its columns most
// likely mean. A file whose header has no column of ours is refused: it has none.
func (r *request) readMapped(m *crm.Import, body []byte, places []string) ([]crm.ImportRow, error) {
	k, err := r.fileKind(m.What)
	if err != nil {
		return nil, err
	}
	heads, rows, err := readTable(body)
	if err != nil {
		return nil, err
	}
	if places == nil {
		if places, err = r.store.KnownMapping(r.ctx(), m.What, heads); errors.Is(err, store.ErrNotFound) || err == nil && len(places) != len(heads) {
			places, err = k.guess(heads), nil
		}
		if err != nil {
			return nil, err
		}
		for i, field := range places { // one that was chosen then may be retired by now
			if !slices.Contains(k.columns, field) {
				places[i] = ""
			}
		}
	}
	at, columns := map[string]int{}, []string{}
	for i, field := range places {
		if field != "" {
			at[field], columns = i, append(columns, field)
		}
	}
	if _, there := at[k.columns[0]]; !there {
		return nil, refusal(codeImport, invalid("/header", "missing_column", params{"need": k.columns[:1]}))
	}
	if twice := twins(heads); twice != "" && len(columns) < len(heads) {
		return nil, refusal(codeImport, invalid("/header", "duplicate", params{"name": twice}))
	}
	m.Heads, m.Places, m.Columns = heads, places, columns
	return k.rows(rows, at, len(heads), *m), nil
}

// twins is a name that a header has twice; empty: none.
func twins(heads []string) string {
	for i, h := range heads {
		if h != "" && slices.Index(heads, h) < i {
			return h
		}
	}
	return ""
}

// importFields say what each column becomes; of an import without a header those that its rows have.
func (r *request) importFields(k fileKind, m crm.Import, cells map[string]string) (out []importField) {
	if len(m.Heads) == 0 {
		for _, c := range m.Columns {
			out = append(out, importField{Column: c, Field: c, Means: r.columnName(k, c), Example: clip(cells[c], 60)})
		}
		return out
	}
	for i, h := range m.Heads {
		one := importField{Name: "column." + strconv.Itoa(i), Column: h, Field: m.Places[i], Means: r.say("import.left_out")}
		if one.Field != "" {
			one.Means, one.Example = r.columnName(k, one.Field), clip(cells[one.Field], 60)
		}
		out = append(out, one)
	}
	return out
}

// columnOptions are what a column may become.
func (r *request) columnOptions(k fileKind) []option {
	out := []option{{"", r.say("import.left_out")}}
	for _, name := range k.columns {
		out = append(out, option{name, r.columnName(k, name)})
	}
	return out
}

// formImportMap reads a file again with the columns that a person chose.
func formImportMap(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	m, err := r.store.Import(r.ctx(), id)
	if err != nil {
		return err
	}
	body, err := r.store.ImportFile(r.ctx(), id)
	if err != nil {
		return err
	}
	k, err := r.fileKind(m.What)
	if err != nil {
		return err
	}
	places := make([]string, len(m.Heads))
	for i := range places {
		field := f.Value(fmt.Sprintf("column.%d", i))
		if !slices.Contains(k.columns, field) {
			field = ""
		}
		if field != "" && slices.Contains(places, field) {
			f.other, f.status = append(f.other, r.say("import.twice", "Name", r.columnName(k, field))), 422
		}
		places[i] = field
	}
	m.Source, m.Campaign = clean(f.Value("source"), maxName), clean(f.Value("campaign"), maxName)
	if choice := known(f.Value("known"), crm.ImportKnown()); choice != "" {
		m.Known = choice
	}
	if !f.Failed() {
		err = r.mapImport(&f, m, body, places)
	}
	if err != nil {
		return err
	}
	if f.Failed() {
		return showImport(r, f)
	}
	return r.said("import_mapped", "/imports/"+string(id))
}

func (r *request) mapImport(f *form, m crm.Import, body []byte, places []string) error {
	rows, err := r.readMapped(&m, body, places)
	if p, ok := errors.AsType[Problem](err); ok {
		for _, e := range p.Errors {
			f.other, f.status = append(f.other, r.say("error."+e.Code, e.Figures())), p.Status
		}
		return nil
	}
	if err != nil {
		return err
	}
	return r.judge(f, r.store.MapImport(r.ctx(), r.user.ID, m, rows))
}
