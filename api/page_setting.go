package api

import (
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// settingTab is an entry of the settings' own navigation.
type settingTab struct {
	URL, Label string
	Current    bool
}

// settingTabs are the settings that the person may read.
func (r *request) settingTabs() []settingTab {
	var out []settingTab
	for _, t := range []struct {
		url, key string
		need     crm.Permission
	}{
		{"/settings", "settings.people", crm.MayReadUser},
		{"/settings/organisation", "organisation.title", crm.MayReadUser},
		{"/settings/company", "company.title", crm.MayReadSettings},
		{"/settings/calendar", "calendar.title", crm.MayReadSettings},
		{"/settings/plan", "revenue.setting", crm.MayReadSettings},
		{"/settings/levels", "level.title", crm.MayReadSettings},
		{"/settings/plans", "plans.title", crm.MayReadSettings},
		{"/settings/care", "care.setting", crm.MayReadSettings},
		{"/settings/closing", "closing.setting", crm.MayReadSettings},
		{"/settings/response", "response.title", crm.MayReadSettings},
		{"/settings/approvals", "approval.setting", crm.MayReadSettings},
		{"/settings/tranches", "terms.setting", crm.MayReadSettings},
		{"/settings/taxes", "tax.title", crm.MayReadSettings},
		{"/settings/interest", "interest.title", crm.MayReadSettings},
		{"/settings/erp", "erp.title", crm.MayReadSettings},
		{"/settings/words", "deal_words.title", crm.MayReadSettings},
		{"/settings/fields", "fields.title", crm.MayReadSettings},
		{"/settings/modules", "module.title", crm.MayReadSettings},
		{"/settings/forms", "forms.title", crm.MayReadSettings},
		{"/settings/hooks", "hooks.title", crm.MayWriteSettings},
	} {
		if r.Can(t.need) {
			out = append(out, settingTab{t.url, r.say(t.key), r.gin.FullPath() == t.url || t.url != "/settings" && strings.HasPrefix(r.gin.Request.URL.Path, t.url)})
		}
	}
	return out
}

// settingPage is what the page of every setting shows.
type settingPage struct {
	Tabs    []settingTab
	May     bool
	Version int
	Form    form
	History []changeRow
}

// changeRow is one change of a setting in words.
type changeRow struct {
	store.SettingChange
	Lines []changeLine
}

type changeLine struct{ Name, From, To string }

// settingPage reads the history of a setting; name says what one of its parts is called.
func (r *request) settingPage(setting string, version int, f form, name func(string) string) (settingPage, error) {
	p := settingPage{Tabs: r.settingTabs(), May: r.Can(crm.MayWriteSettings), Version: version, Form: f}
	changes, err := r.store.SettingChanges(r.ctx(), setting)
	for _, c := range changes {
		row := changeRow{SettingChange: c}
		for _, l := range c.Changes {
			row.Lines = append(row.Lines, changeLine{name(l.Name), l.From, l.To})
		}
		p.History = append(p.History, row)
	}
	return p, err
}

// seenVersion is the version that a form was drawn from.
func seenVersion(f form) int {
	v, _ := strconv.Atoi(f.Value("version"))
	return v
}

// saveSetting runs a change of a setting from its page, on the version that the person saw; what is wrong is shown again with show.
func (r *request) saveSetting(f form, page string, write func(store.Target) error, show func(form) error) error {
	if f.Failed() {
		return show(f)
	}
	err := write(store.Target{Actor: r.user.ID, Version: seenVersion(f)})
	if err := r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return show(f)
	}
	return r.said("saved", page)
}
