package api

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// fieldsPage is where sales operations define fields of the company's own (S054).
type fieldsPage struct {
	settingPage
	Rows    []crm.CustomField
	Records []option
	Types   []option
	Readers []input
	Writers []input
}

func pageOwnFields(r *request) error { return showOwnFields(r, form{values: map[string]string{}}) }

func showOwnFields(r *request, f form) error {
	rows, err := r.store.CustomFields(r.ctx(), "")
	if err != nil {
		return err
	}
	p := fieldsPage{Rows: rows, Records: enumOptions(r, r.say("fields.choose"), "custom_record", crm.CustomRecords()), Types: enumOptions(r, r.say("fields.choose"), "custom_type", crm.CustomTypes())}
	if p.settingPage, err = r.settingPage(store.SettingFields, 0, f, func(name string) string { return name }); err != nil {
		return err
	}
	p.Readers, p.Writers = r.roleBoxes(f, "readers", nil), r.roleBoxes(f, "writers", nil)
	return r.show(f.Status(), "fields", r.say("fields.title"), p)
}

// roleBoxes are the roles of which some may be ticked.
func (r *request) roleBoxes(f form, name string, now []crm.Role) (out []input) {
	for _, role := range crm.Roles() {
		in := input{Name: name + "." + string(role), Label: named(r.words(), "role", string(role)), Type: "checkbox", Value: yes(slices.Contains(now, role))}
		in.ID = fieldID(in.Name)
		if f.Failed() {
			in.Value = f.values[in.Name]
		}
		out = append(out, in)
	}
	return out
}

// readOwnField checks the form of a definition and gives the change that it asks for.
func (r *request) readOwnField(f *form) func(*crm.CustomField) {
	f.known("options", "position", "label_it", "label_es", "label_pl")
	r.needed(f, "label_en")
	options, bad := readOptions(f.Value("options"))
	if bad != "" {
		f.blame("options", r.errorText(crm.Problem("invalid_key"))+" "+bad)
	}
	position, err := strconv.Atoi(f.Value("position"))
	if f.Value("position") != "" && (err != nil || position < 0 || position > 10_000) {
		f.blame("position", r.errorText(crm.Problem("out_of_range", "min", "0", "max", "10000")))
	}
	ticked := func(name string) []crm.Role {
		out := []crm.Role{}
		for _, role := range crm.Roles() {
			if f.Value(name+"."+string(role)) == "true" {
				out = append(out, role)
			}
		}
		return out
	}
	return func(d *crm.CustomField) {
		d.Labels = map[string]string{}
		for _, l := range []string{"en", "it", "es", "pl"} {
			if text := clean(f.Value("label_"+l), maxName); text != "" {
				d.Labels[l] = text
			}
		}
		d.Options, d.Position, d.Retired = options, position, f.Value("retired") == "true"
		d.Readers, d.Writers = ticked("readers"), ticked("writers")
	}
}

// readOptions reads the entries of a list, one a line: key = English | Italian | Spanish | Polish. It gives the first line that is none.
func readOptions(text string) (out []crm.CustomOption, bad string) {
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, names, _ := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !optionKey40.MatchString(key) || seen[key] || len(out) >= crm.MaxCustomOptions {
			return out, line
		}
		seen[key] = true
		o := crm.CustomOption{Key: key, Labels: map[string]string{}}
		for i, name := range strings.SplitN(names, "|", 4) {
			if name = clean(strings.TrimSpace(name), maxName); name != "" {
				o.Labels[[]string{"en", "it", "es", "pl"}[i]] = name
			}
		}
		out = append(out, o)
	}
	return out, ""
}

// optionsText writes the entries of a list as readOptions reads them, without retired ones.
func optionsText(options []crm.CustomOption) string {
	var b strings.Builder
	for _, o := range options {
		if o.Retired {
			continue
		}
		names := []string{}
		for _, l := range []string{"en", "it", "es", "pl"} {
			names = append(names, o.Labels[l])
		}
		b.WriteString(strings.TrimRight(o.Key+" = "+strings.Join(names, " | "), " |=") + "\n")
	}
	return b.String()
}

func formOwnField(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	var d crm.CustomField
	r.readOwnField(&f)(&d)
	d.ID, d.Record, d.Name, d.Type = store.NewID(), known(f.Value("record"), crm.CustomRecords()), f.Value("name"), crm.CustomType(known(f.Value("type"), listOf(crm.CustomTypes()...)))
	if d.Record == "" {
		f.blame("record", r.say("form.required"))
	}
	if d.Type == "" {
		f.blame("type", r.say("form.required"))
	}
	if !fieldName40.MatchString(d.Name) {
		f.blame("name", r.errorText(crm.Problem("invalid_key")))
	}
	r.judgeOptions(&f, d)
	if !f.Failed() {
		_, err = r.store.CreateCustomField(r.ctx(), r.user.ID, d)
		if err = r.judge(&f, taken(r, &f, err, "name")); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showOwnFields(r, f)
	}
	return r.said("saved", "/settings/fields")
}

// judgeOptions blames a list where there must be none, or none where there must be one.
func (r *request) judgeOptions(f *form, d crm.CustomField) {
	switch choice := d.Type == crm.CustomChoice || d.Type == crm.CustomChoices; {
	case choice && len(d.Options) == 0:
		f.blame("options", r.say("form.required"))
	case !choice && len(d.Options) > 0 && d.Type != "":
		f.blame("options", r.errorText(crm.Problem("not_for_this_kind")))
	}
}

// fieldPage is one definition, and the rules that read it.
type fieldPage struct {
	crm.CustomField
	Tabs    []settingTab
	May     bool
	Form    form
	Choice  bool
	Readers []input
	Writers []input
	Uses    []store.FieldUse
}

func pageOwnField(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showOwnField(r, id, form{})
}

func showOwnField(r *request, id crm.ID, f form) error {
	d, err := store.OwnFields.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	p := fieldPage{CustomField: d, Tabs: r.settingTabs(), May: r.Can(crm.MayWriteSettings), Form: f, Choice: d.Type == crm.CustomChoice || d.Type == crm.CustomChoices}
	if p.Uses, err = r.store.CustomFieldUses(r.ctx(), d); err != nil {
		return err
	}
	p.Readers, p.Writers = r.roleBoxes(f, "readers", d.Readers), r.roleBoxes(f, "writers", d.Writers)
	if !f.Failed() {
		p.Form = values("label_en", d.Labels["en"], "label_it", d.Labels["it"], "label_es", d.Labels["es"], "label_pl", d.Labels["pl"],
			"options", optionsText(d.Options), "position", strconv.Itoa(d.Position), "retired", yes(d.Retired))
	}
	return r.show(f.Status(), "field", d.Label(r.language), p)
}

func formOwnFieldEdit(r *request) error {
	return editForm[crm.CustomField]{
		path: "/settings/fields/", read: (*request).readOwnField, show: showOwnField,
		write: func(r *request, t store.Target, change func(*crm.CustomField) error) error {
			_, err := r.store.EditCustomField(r.ctx(), t, change)
			return err
		},
	}.save(r)
}
