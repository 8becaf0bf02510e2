package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// queuedRecord is a customer in the collector's queue.
type queuedRecord struct {
	AccountID   crm.ID
	Account     string
	Group       string `doc:"text=Of the queue, in its order."`
	Trouble     crm.Trouble
	Currency    string
	Open        decimal.Decimal
	Overdue     decimal.Decimal // of what is open
	Disputed    decimal.Decimal // of what is open
	DaysLate    int             // of the earliest part
	Invoices    int
	Promised    crm.Date // until when he promised to pay; zero: no promise is open
	PartDue     crm.Date // of the next part of an instalment plan; zero: none is on
	PausedUntil crm.Date // all that he owes rests
	OverLimit   bool     // he owes more than his credit limit
	ContactKind string
	ContactWhat string
	ContactAt   *time.Time // the last one
	NextKind    string
	NextAt      *time.Time // when the collection does something by itself; nil: nothing is planned
}

// groupOf is the group of the queue that a debtor is in.
func groupOf(trouble crm.Trouble, daysLate int) string {
	for _, g := range queueGroups {
		if g.days < 0 && string(trouble) == g.key || g.days >= 0 && daysLate >= g.days {
			return g.key
		}
	}
	return queueGroups[len(queueGroups)-1].key
}

// queueKeys are the groups of the queue, in its order.
func queueKeys() (keys []string) {
	for _, g := range queueGroups {
		keys = append(keys, g.key)
	}
	return keys
}

// overLimit tells whether a debtor owes more than his credit limit.
func overLimit(d store.QueuedDebtor) bool {
	return d.CreditLimit.IsPositive() && d.Open.GreaterThan(d.CreditLimit)
}

// getCollectionQueue answers whom to chase, in the order of the collector's screen: group by group, in each by money and days (S091).
func getCollectionQueue(r *request) error {
	if err := r.onlyKnows("group", "limit"); err != nil {
		return err
	}
	group := r.gin.Query("group")
	if group != "" && !slices.Contains(queueKeys(), group) {
		return wrongParameter("group", "unknown_value", params{"allowed": queueKeys()})
	}
	limit := queueLength
	if text := r.gin.Query("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > queueLength {
			return wrongParameter("limit", "out_of_range", params{"min": 1, "max": queueLength})
		}
		limit = n
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	queue, err := r.store.CollectionQueue(r.ctx(), r.Scope(), today, queueLength)
	if err != nil {
		return err
	}
	rows := []queuedRecord{}
	for _, d := range queue {
		if q := queued(d, r.srv.screens().zone()); group == "" || q.Group == group {
			rows = append(rows, q)
		}
	}
	keys := queueKeys()
	slices.SortStableFunc(rows, func(a, b queuedRecord) int { return slices.Index(keys, a.Group) - slices.Index(keys, b.Group) })
	return r.JSON(http.StatusOK, r.view(page[queuedRecord]{Data: rows[:min(limit, len(rows))]}))
}

func queued(d store.QueuedDebtor, zone *time.Location) queuedRecord {
	trouble := d.Trouble(zone)
	return queuedRecord{
		AccountID: d.AccountID, Account: d.Account, Group: groupOf(trouble, d.DaysLate), Trouble: trouble, Currency: d.Currency, Open: d.Open, Overdue: d.Overdue, Disputed: d.Disputed,
		DaysLate: d.DaysLate, Invoices: d.Invoices, Promised: d.Promised, PartDue: d.PartDue, PausedUntil: d.PausedUntil, OverLimit: overLimit(d),
		ContactKind: d.ContactKind, ContactWhat: d.ContactWhat, ContactAt: d.ContactAt, NextKind: d.NextKind, NextAt: d.NextAt,
	}
}
