package api

import (
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// levelsPage is where sales operations set what cases are promised.
type levelsPage struct {
	settingPage
	Levels []levelRow
}

// levelRow is a priority with the fields of its promise.
type levelRow struct {
	Priority      crm.Priority
	Answer, Solve timeField
}

func pageLevels(r *request) error { return showLevels(r, form{}) }

func showLevels(r *request, f form) error {
	l, err := r.store.ServiceLevels(r.ctx())
	if err != nil {
		return err
	}
	page, err := r.settingPage(store.SettingLevels, l.Version, f, func(name string) string {
		priority, promise, _ := strings.Cut(name, ".")
		return named(r.words(), "priority", priority) + ", " + r.say("level."+promise)
	})
	if err != nil {
		return err
	}
	p := levelsPage{settingPage: page}
	for _, v := range l.Levels {
		p.Levels = append(p.Levels, levelRow{v.Priority, r.promiseField(f, v.Priority, "answer", v.Answer), r.promiseField(f, v.Priority, "solve", v.Solve)})
	}
	return r.show(f.Status(), "levels", r.say("level.title"), p)
}

func (r *request) promiseField(f form, p crm.Priority, promise string, d time.Duration) timeField {
	label := named(r.words(), "priority", string(p)) + ", " + r.say("level."+promise)
	return typedTime(f, string(p)+"."+promise, label, store.HoursText(d))
}

// formLevels saves what new cases are promised.
func formLevels(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	next := map[crm.Priority]crm.ServiceLevel{}
	for _, key := range crm.Priorities() {
		l := crm.ServiceLevel{Priority: crm.Priority(key), Answer: r.promise(&f, key+".answer"), Solve: r.promise(&f, key+".solve")}
		if f.wrong[key+".answer"] == "" && f.wrong[key+".solve"] == "" {
			for _, e := range l.Check() {
				f.blame(key+"."+strings.TrimSuffix(strings.TrimPrefix(e.Pointer, "/"), "_minutes"), r.errorText(crm.FieldError{Code: e.Code, Params: e.Params}))
			}
		}
		next[l.Priority] = l
	}
	return r.saveSetting(f, "/settings/levels", func(t store.Target) error {
		_, err := r.store.EditServiceLevels(r.ctx(), t, func(levels []crm.ServiceLevel) error {
			for i, l := range levels {
				levels[i] = next[l.Priority]
			}
			return nil
		})
		return err
	}, func(f form) error { return showLevels(r, f) })
}

// promise reads hours and minutes of working time: "8:00", "0:30"; "8" is eight hours.
func (r *request) promise(f *form, name string) time.Duration {
	hours, minutes, _ := strings.Cut(strings.Replace(f.Value(name), ".", ":", 1), ":")
	if minutes == "" {
		minutes = "0"
	}
	h, err := strconv.ParseUint(hours, 10, 16)
	m, wrong := strconv.ParseUint(minutes, 10, 16)
	if err != nil || wrong != nil || m > 59 {
		f.blame(name, r.say("level.unreadable"))
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
