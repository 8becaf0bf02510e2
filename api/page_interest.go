package api

import (
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
	Lacks string // what to do about the half-year without a rate; empty: none is missing
}

func pageInterest(r *request) error { return showInterest(r, form{}) }

func showInterest(r *request, f form) error {
	set, version, err := r.store.InterestSetting(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f = values()
		if set.Charged {
			f.values["charged"] = "true"
		}
		if set.Fixed {
			f.values["fixed"] = "true"
		}
	}
	page, err := r.settingPage(store.SettingInterest, version, f, r.interestPart)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	return r.show(f.Status(), "interest", r.say("interest.title"), interestPage{page, set, r.lacksRate(set, today)})
}

// lacksRate says which half-year has no rate, or will have none, and what happens then.
func (r *request) lacksRate(set crm.InterestSetting, today crm.Date) string {
	half, missing := set.Missing(today)
	if !missing {
		return ""
	}
	key := "interest.missing"
	if half.After(today) {
		key = "interest.missing_soon"
	}
	last := set.Rates[len(set.Rates)-1]
	return r.say(key, "Day", r.words().Date(half), "Percent", r.words().Percent(last.Percent), "Since", r.words().Date(last.FromDay))
}

// interestPart is the name of a part of the setting in its history.
func (r *request) interestPart(name string) string {
	if day, err := crm.ParseDate(name); err == nil {
		return r.words().Date(day)
	}
	return r.say("interest." + name)
}

// formInterest adds a rate, takes one out, or says whether interest is asked for and whether the rates stay until they are changed.
func formInterest(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("from_day", "percent", "charged", "fixed")
	change := func(set *crm.InterestSetting) error {
		set.Charged, set.Fixed = f.Value("charged") == "true", f.Value("fixed") == "true"
		return nil
	}
	edit := func(t store.Target) error {
		_, _, err := r.store.EditInterest(r.ctx(), t, change)
		return err
	}
	switch f.Value("action") {
	case "add":
		r.needed(&f, "from_day", "percent")
		rate := crm.InterestRate{FromDay: r.date(&f, "from_day"), Percent: r.decimal(&f, "percent")}
		change = func(set *crm.InterestSetting) error { return set.Add(rate) }
	case "remove":
		day, err := crm.ParseDate(f.Value("day"))
		if err != nil {
			return store.ErrNotFound
		}
		edit = func(t store.Target) error {
			_, _, err := r.store.RemoveInterestRate(r.ctx(), t, day)
			return err
		}
	}
	return r.saveSetting(f, "/settings/interest", edit, func(f form) error { return showInterest(r, f) })
}

// interestRateBody is a rate with its first day.
type interestRateBody struct {
	FromDay crm.Date    `json:"from_day" doc:"required"`
	Percent decimalText `json:"percent" doc:"required;text=A year, of 365 days."`
	Fixed   *bool       `json:"fixed" doc:"text=Says of all rates whether the last one stays until it is changed; without it that stays as it is."`
}

// interestRecord is how interest on late payment is counted.
type interestRecord struct {
	crm.InterestSetting
	Version int
}

func getInterestRates(r *request) error {
	set, version, err := r.store.InterestSetting(r.ctx())
	if err != nil {
		return err
	}
	return r.record(interestRecord{set, version}, version)
}

// postInterestRate adds a rate, and may say whether it stays until it is changed; the same one again changes nothing else.
func postInterestRate(r *request) error {
	var b interestRateBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.FromDay.IsZero() {
		c.fail("/from_day", "required", nil)
	}
	rate := crm.InterestRate{FromDay: b.FromDay}
	if b.Percent == "" {
		c.fail("/percent", "required", nil)
	} else {
		var err error
		rate.Percent, err = crm.ParsePercent(string(b.Percent))
		c.add("/percent", err)
	}
	if err := c.err(); err != nil {
		return err
	}
	set, version, err := r.store.EditInterest(r.ctx(), store.Target{Actor: r.user.ID}, func(set *crm.InterestSetting) error {
		if b.Fixed != nil {
			set.Fixed = *b.Fixed
		}
		for _, x := range set.Rates {
			if x.FromDay == rate.FromDay && x.Percent.Equal(rate.Percent) {
				return nil
			}
		}
		return set.Add(rate)
	})
	if err != nil {
		return err
	}
	return r.record(interestRecord{set, version}, version)
}

// deleteInterestRate takes the rate that begins on a day out; one that is not there is out already.
func deleteInterestRate(r *request) error {
	day, err := crm.ParseDate(r.gin.Param("day"))
	if err != nil {
		return store.ErrNotFound
	}
	version, err := r.version()
	if err != nil {
		return err
	}
	if _, _, err := r.store.RemoveInterestRate(r.ctx(), store.Target{Actor: r.user.ID, Version: version}, day); err != nil {
		return err
	}
	return r.NoContent()
}
