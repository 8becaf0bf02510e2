package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// deskMailRoutes is the table of My day by mail.
func deskMailRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/desktop/mail", need: session, do: getDeskMail},
		{method: put, path: "/api/v1/desktop/mail", need: session, do: putDeskMail},
		{method: get, path: "/settings/mails", need: session, do: pageDeskMail, page: true},
		{method: post, path: "/settings/mails", need: session, do: formDeskMail, page: true},
		{method: get, path: "/m/:secret", need: public, do: pageDeskStop, page: true},
		{method: post, path: "/m/:secret", need: public, do: formDeskStop, page: true, open: true},
	}
}

var deskMailCalls = map[string]call{
	"GET /api/v1/desktop/mail": reading("People", "Read when My day comes to you by mail", deskMailRecord{}).says("S092", "Until you choose, none comes."),
	"PUT /api/v1/desktop/mail": replacing("People", "Say when My day comes to you by mail", deskMailBody{}, deskMailRecord{}).
		says("S092", "It comes once on a day, from the hour on, and says what you may see then. Figures and pins alone send none unless `empty` is true. If-Match is the version of the choice.").
		like(`{"sends":"weekly","weekday":"monday","hour":8}`),
}

// deskMailBody is a whole choice.
type deskMailBody struct {
	Sends   string `json:"sends" doc:"required;enum=desk_mail"`
	Weekday string `json:"weekday" doc:"enum=weekday;text=Of a weekly mail; else Monday when it is left out."`
	Hour    *int   `json:"hour" doc:"required;min=0;top=23;text=Of your zone."`
	Empty   bool   `json:"empty" doc:"text=It comes too when no panel has a row."`
}

// deskMailRecord is when My day comes by mail, and the zone of its hour.
type deskMailRecord struct {
	Sends   crm.DeskMailSends
	Weekday string
	Hour    int
	Empty   bool
	Zone    string
	Version int
}

func (r *request) deskMailView(d crm.DeskMail) (deskMailRecord, error) {
	zone, err := r.agendaZone()
	if err != nil {
		return deskMailRecord{}, err
	}
	return deskMailRecord{Sends: d.Sends, Weekday: d.Weekday, Hour: d.Hour, Empty: d.Empty, Zone: zone.String(), Version: d.Version}, nil
}

func getDeskMail(r *request) error {
	d, err := r.store.DeskMail(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	return r.deskMailAnswer(d)
}

func (r *request) deskMailAnswer(d crm.DeskMail) error {
	v, err := r.deskMailView(d)
	if err != nil {
		return err
	}
	return r.record(v, d.Version)
}

func putDeskMail(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b deskMailBody
	if err := r.decode(&b); err != nil {
		return err
	}
	next, err := b.setting()
	if err != nil {
		return err
	}
	d, err := r.editDeskMail(t, next)
	if err != nil {
		return err
	}
	return r.deskMailAnswer(d)
}

func (r *request) editDeskMail(t store.Target, next crm.DeskMail) (crm.DeskMail, error) {
	return r.store.EditDeskMail(r.ctx(), t, func(d *crm.DeskMail) error {
		next.Version = d.Version
		*d = next
		return nil
	})
}

// setting reads the choice.
func (b deskMailBody) setting() (crm.DeskMail, error) {
	var c check
	c.required("/sends", &b.Sends, maxName)
	d := crm.DeskMail{Sends: crm.DeskMailSends(b.Sends), Weekday: b.Weekday, Empty: b.Empty}
	if d.Weekday == "" {
		d.Weekday = crm.UsualDeskMail().Weekday
	}
	if b.Sends != "" {
		c.oneOf("/sends", b.Sends, crm.DeskMailChoices()...)
	}
	c.oneOf("/weekday", d.Weekday, crm.Days()...)
	if b.Hour == nil {
		c.fail("/hour", "required", nil)
	} else {
		d.Hour = *b.Hour
		c.between("/hour", d.Hour, 0, 23)
	}
	return d, c.err()
}

// deskMailPage is where a person chooses when My day comes to him by mail.
type deskMailPage struct {
	Form     form
	Version  int
	Sends    []option
	Weekdays []option
	Hours    []option
	Zone     string
	Email    string
}

func pageDeskMail(r *request) error { return showDeskMail(r, form{}) }

func showDeskMail(r *request, f form) error {
	d, err := r.store.DeskMail(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = map[string]string{"sends": string(d.Sends), "weekday": d.Weekday, "hour": strconv.Itoa(d.Hour), "empty": strconv.FormatBool(d.Empty)}
	}
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	p := deskMailPage{Form: f, Version: d.Version, Zone: zone.String(), Email: r.user.Email}
	for _, s := range crm.DeskMailChoices() {
		p.Sends = append(p.Sends, option{s, r.say("desk_mail.sends." + s)})
	}
	for _, day := range crm.Days() {
		p.Weekdays = append(p.Weekdays, option{day, r.say("weekday." + day)})
	}
	for hour := range 24 {
		p.Hours = append(p.Hours, option{strconv.Itoa(hour), strconv.Itoa(hour) + ":00"})
	}
	return r.show(f.Status(), "desk_mail", r.say("desk_mail.title"), p)
}

func formDeskMail(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	b := deskMailBody{Sends: f.Value("sends"), Weekday: f.Value("weekday"), Empty: f.Value("empty") == "true"}
	if hour, err := strconv.Atoi(f.Value("hour")); err == nil {
		b.Hour = &hour
	}
	next, err := b.setting()
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	return r.saveSetting(f, "/settings/mails", func(t store.Target) error {
		_, err := r.editDeskMail(t, next)
		return err
	}, func(f form) error { return showDeskMail(r, f) })
}

// deskStopper finds whose mails a link stops; a wrong one is not found. The page speaks his language.
func (r *request) deskStopper() (crm.User, crm.DeskMail, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return crm.User{}, crm.DeskMail{}, store.ErrNotFound
	}
	u, d, err := r.store.DeskOfLink(r.ctx(), secret)
	if err == nil {
		r.speak(u.Language)
	}
	return u, d, err
}

func pageDeskStop(r *request) error {
	_, d, err := r.deskStopper()
	if err != nil {
		return err
	}
	return r.showUnsubscribe(d.Sends == crm.DeskMailOff, "/m/")
}

// formDeskStop ends a person's mails, by the page's button or by that of his mail program (RFC 8058). Twice is once.
func formDeskStop(r *request) error {
	u, _, err := r.deskStopper()
	if err != nil {
		return err
	}
	if err := r.store.StopDesk(r.ctx(), u.ID); err != nil {
		return err
	}
	return r.showUnsubscribe(true, "/m/")
}
