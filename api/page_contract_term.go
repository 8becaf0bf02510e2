package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// maxNotice is how many days before its end a contract's renewal may begin: ten years.
const maxNotice = 3650

// RenewalOn is the day on which the next deal opens by itself (S088).
func (p contractPage) RenewalOn() crm.Date { return p.EndDate.AddDays(-p.NoticeDays) }

// seen is the version of the record that the person had before him; 0 when the form names none.
func (f form) seen() int {
	version, _ := strconv.Atoi(f.Value("version"))
	return version
}

// whole reads a whole number between bounds; a wrong one is blamed on its field.
func (r *request) whole(f *form, name string, least, most int) int {
	n, err := strconv.Atoi(f.Value(name))
	if err != nil || n < least || n > most {
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", strconv.Itoa(least), "max", strconv.Itoa(most))))
	}
	return n
}

// formContractTerm moves a contract's end and notice, and with them its renewal (S088).
func formContractTerm(r *request) error {
	return r.projectForm("saved", func(f *form, t store.Target) error {
		end, notice := r.date(f, "end_date"), r.whole(f, "notice_days", 0, maxNotice)
		r.needed(f, "end_date", "notice_days")
		if f.Failed() {
			return nil
		}
		t.Version = f.seen()
		_, err := r.store.EditContract(r.ctx(), t, func(c *crm.Contract) error {
			c.EndDate, c.NoticeDays = end, notice
			return nil
		})
		return err
	})
}
