package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// interestRoutes are the pages of how interest on late payment is counted.
func interestRoutes() []route {
	return []route{
		{method: get, path: "/settings/interest", need: crm.MayReadSettings, do: pageInterest, page: true},
		{method: post, path: "/settings/interest", need: crm.MayWriteSettings, do: formInterest, page: true},
	}
}

// interestPage is where sales operations keep the rates (S091).
type interestPage struct {
	settingPage
	crm.InterestSetting
}

func pageInterest(r *request) error { return showInterest(r, form{}) }

func showInterest(r *request, f form) error {
	set, version, err := r.store.InterestSetting(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		var lines []string
		for _, rate := range set.Rates {
			lines = append(lines, rate.FromDay.String()+" "+plainNumber(r.words(), rate.Percent))
		}
		f = values("rates", strings.Join(lines, "\n"))
		if set.Charged {
			f.values["charged"] = "true"
		}
	}
	page, err := r.settingPage(store.SettingInterest, version, f, r.interestPart)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "interest", r.say("interest.title"), interestPage{page, set})
}

// interestPart is the name of a part of the setting in its history.
func (r *request) interestPart(name string) string {
	if day, err := crm.ParseDate(name); err == nil {
		return r.words().Date(day)
	}
	return r.say("interest.charged")
}

// formInterest reads a line for each rate: its first day, a space, percent a year.
func formInterest(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("rates", "charged")
	set := crm.InterestSetting{Charged: f.Value("charged") == "true"}
	for line := range strings.Lines(f.Value("rates")) {
		if strings.TrimSpace(line) != "" {
			set.Rates = append(set.Rates, r.interestRate(&f, strings.TrimSpace(line)))
		}
	}
	return r.saveSetting(f, "/settings/interest", func(t store.Target) error {
		_, err := r.store.EditInterest(r.ctx(), t, set)
		return err
	}, func(f form) error { return showInterest(r, f) })
}

func (r *request) interestRate(f *form, line string) (rate crm.InterestRate) {
	day, percent, _ := strings.Cut(line, " ")
	plain, err := r.words().PlainNumber(strings.TrimSpace(strings.TrimSuffix(percent, "%")))
	if err == nil {
		rate.Percent, err = crm.ParsePercent(plain)
	}
	if err == nil {
		rate.FromDay, err = crm.ParseDate(day)
	}
	if err != nil || rate.FromDay.Year() < 2000 || rate.FromDay.Year() > 2100 {
		f.blame("rates", r.say("interest.bad_line", "Line", clean(line, maxName)))
	}
	return rate
}
