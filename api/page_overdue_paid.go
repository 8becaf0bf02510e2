package api

import (
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// overduePaidPage is what came in since an instant, by debtor: the queue of /overdue asks it again and again, and greys who owes nothing late any more.
type overduePaidPage struct {
	Since time.Time
	Rows  []paidRow
}

// paidRow is a debtor who paid, in words.
type paidRow struct {
	store.PaidDebtor
	Says string
	Next string // what his collection does next, as the queue says it; empty: nothing
}

// pageOverduePaid lists what came in since the instant of the address, of debtors that the reader may see; without one, since midnight.
func pageOverduePaid(r *request) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	zone := r.srv.screens().zone()
	today := crm.DateOf(now, zone)
	p := overduePaidPage{Since: today.StartIn(zone)}
	if since, err := time.Parse(time.RFC3339, r.gin.Query("since")); err == nil && since.After(now.AddDate(0, 0, -7)) {
		p.Since = since
	}
	rows, err := r.store.PaidSince(r.ctx(), store.ScopeOf(r.user, crm.MayReadInvoice), p.Since, today)
	if err != nil {
		return err
	}
	for _, d := range rows {
		row := paidRow{PaidDebtor: d, Says: r.say("collection.paid_at", "Sum", r.words().Money(d.Amount, crm.Currency(d.Currency)), "At", r.words().Clock(d.At, zone))}
		if d.NextAt != nil {
			row.Next = r.nextStep(d.NextKind, *d.NextAt)
		}
		p.Rows = append(p.Rows, row)
	}
	return r.show(http.StatusOK, "overdue_paid", r.say("collection.paid_since", "At", r.words().Time(p.Since, zone)), p)
}

// nextStep says what a collection does by itself, and when.
func (r *request) nextStep(kind string, at time.Time) string {
	return named(r.words(), "deadline", kind) + ", " + r.words().Date(crm.DateOf(at, r.srv.screens().zone()))
}
