package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// closingPage is what a contract has to have behind it before it closes: what is counted, and what a person vouches for (S085, S088).
type closingPage struct {
	store.ContractRow
	Form  form
	Parts []closingPart
	Items []closingLine
	Keys  string // of the items
	Left  int    // parts with something left
	May   bool
	Warns []string // of what nobody has billed
}

// closingPart is one part that is counted.
type closingPart struct {
	Text, Now, Link, LinkText string
	Done                      bool
}

// closingLine is an item with who vouched for it.
type closingLine struct {
	crm.ClosingItem
	Done bool
	By   string
	At   crm.ClosingTick
}

func pageClosing(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showClosing(r, id, form{values: map[string]string{}})
}

func showClosing(r *request, id crm.ID, f form) error {
	c, err := r.store.ContractHead(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), id)
	if err != nil {
		return err
	}
	v, err := r.store.Closing(r.ctx(), id)
	if err != nil {
		return err
	}
	p := closingPage{ContractRow: c, Form: f, May: r.Can(crm.MayWriteContract) && c.State == crm.ContractActive}
	if v.UnbilledWork.IsPositive() {
		p.Warns = append(p.Warns, r.say("closing.warn_earned", "Amount", r.words().Money(v.UnbilledWork, crm.Currency(v.Currency))))
	}
	if v.UnbilledExpenses > 0 {
		p.Warns = append(p.Warns, r.words().N("closing.warn_expenses", v.UnbilledExpenses, "Amount", r.words().Money(v.UnbilledCosts, crm.Currency(v.Currency))))
	}
	left, _ := v.Left()
	for _, part := range crm.ClosingParts() {
		now := left[part]
		x := closingPart{Text: r.say("contract.need_" + part), Done: now == "" || now == "0"}
		if part == crm.ClosingProject {
			x.Done = now == "closed"
		} else if !x.Done && part != crm.ClosingTicks {
			x.Now = r.say("contract.still", "N", now)
		}
		if !x.Done {
			p.Left++
			x.Link, x.LinkText = "/contracts/"+string(id)+closingLinks[part], r.say("contract.to_"+part)
		}
		if part != crm.ClosingTicks {
			p.Parts = append(p.Parts, x)
		}
	}
	var keys []string
	for _, i := range v.Items {
		l := closingLine{ClosingItem: i}
		if l.At, l.Done = v.Tick(i.Key); l.Done {
			l.By = r.personName(string(l.At.By))
		}
		p.Items, keys = append(p.Items, l), append(keys, i.Key)
	}
	p.Keys = strings.Join(keys, " ")
	return r.show(f.Status(), "closing", r.say("closing.title", "Number", c.Number), p)
}

// formClosing notes the ticks of the page; a box without its tick is not sent, so the form names all that it shows.
func formClosing(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	ticks := map[string]bool{}
	for _, key := range strings.Fields(f.Value("keys")) {
		ticks[key] = f.Value("tick."+key) == "true"
	}
	_, err = r.store.TickClosing(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, ticks)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showClosing(r, id, f)
	}
	return r.said("saved", "/contracts/"+string(id)+"/closing")
}

// closingItemsPage is where sales operations write what is vouched for before contracts close.
type closingItemsPage struct {
	settingPage
	Items []crm.ClosingItem
}

func pageClosingItems(r *request) error { return showClosingItems(r, form{}) }

func showClosingItems(r *request, f form) error {
	items, version, err := r.store.ClosingItems(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		var lines []string
		for _, i := range items {
			lines = append(lines, i.Key+": "+i.Name)
		}
		f = values("items", strings.Join(lines, "\n"))
	}
	page, err := r.settingPage(store.SettingClosing, version, f, func(name string) string { return name })
	if err != nil {
		return err
	}
	return r.show(f.Status(), "closing_items", r.say("closing.setting"), closingItemsPage{page, items})
}

// formClosingItems reads a line for each item: its key, a colon, its name.
func formClosingItems(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("items")
	var items []crm.ClosingItem
	for line := range strings.Lines(f.Value("items")) {
		key, name, _ := strings.Cut(line, ":")
		if strings.TrimSpace(line) != "" {
			items = append(items, crm.ClosingItem{Key: strings.TrimSpace(key), Name: strings.TrimSpace(name)})
		}
	}
	return r.saveSetting(f, "/settings/closing", func(t store.Target) error {
		_, _, err := r.store.EditClosingItems(r.ctx(), t, items)
		return err
	}, func(f form) error { return showClosingItems(r, f) })
}
