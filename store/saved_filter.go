package store

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Filters of the other lists as their addresses write them, read alike by their pages, by panels of My day and by its mail; what cannot be read narrows nothing.

// nobodyOwns stands for records without an owner in the filter of a list.
const nobodyOwns = "nobody"

func queriedID(q url.Values, name string) crm.ID {
	known, err := uuid.Parse(q.Get(name))
	if err != nil || len(q.Get(name)) != 36 {
		return ""
	}
	return crm.ID(known.String())
}

func queriedOf(q url.Values, name string, allowed ...string) string {
	if v := q.Get(name); slices.Contains(allowed, v) {
		return v
	}
	return ""
}

// LeadFilterOf reads the filter in the address of the list of leads.
func LeadFilterOf(q url.Values) LeadFilter {
	return LeadFilter{
		State: crm.LeadState(crm.Shortened(q.Get("state"), 20)), Owner: queriedID(q, "owner"), Unowned: q.Get("owner") == nobodyOwns, Text: crm.Shortened(q.Get("q"), 100),
		After: queriedID(q, "after"), Ended: EndedOf(q),
	}
}

// EndedOf reads which leads of a report are asked for.
func EndedOf(q url.Values) Ended {
	decile, _ := strconv.Atoi(q.Get("decile"))
	if decile < 0 || decile > 10 {
		decile = 0
	}
	who := string(queriedID(q, "who"))
	if q.Get("who") == "none" {
		who = "none"
	}
	return Ended{
		Decile: decile, Outcome: queriedOf(q, "outcome", "any", "converted", "won", "disqualified"), Reason: queriedOf(q, "reason", crm.DisqualifyReasons()...),
		Source: crm.Shortened(q.Get("source"), 200), Owner: who,
	}
}

// AccountFilterOf reads the filter in the address of the list of companies.
func AccountFilterOf(q url.Values) AccountFilter {
	return AccountFilter{
		Text: crm.Shortened(q.Get("q"), 100), Kind: queriedOf(q, "kind", "prospect", "customer"), Country: crm.Shortened(strings.ToUpper(q.Get("country")), 2),
		Archived: q.Get("state") == "archived", Sort: queriedOf(q, "sort", "created", "country"), After: queriedID(q, "after"),
	}
}

// ProjectStateOf reads the filter in the address of the list of projects.
func ProjectStateOf(q url.Values) string { return queriedOf(q, "state", "open", "closed") }

// CaseFilterOf reads the filter in the address of the queue: who it says is me, nobody or somebody's id; its days are those of a zone.
func CaseFilterOf(q url.Values, me crm.ID, zone string) CaseFilter {
	f := CaseFilter{
		Zone: zone, Answer: queriedOf(q, "answer", "kept", "missed"), Solve: queriedOf(q, "solve", "kept", "missed"), Reopened: q.Get("reopened") == "true", NoCategory: q.Get("category") == "-",
		Counted: q.Get("counted") == "true", Plan: crm.Shortened(q.Get("plan"), 60), State: queriedOf(q, "state", "active", "open", "in_progress", "waiting", "solved", "closed"),
		Priority: queriedOf(q, "priority", crm.Priorities()...), Category: crm.Shortened(q.Get("category"), 200), Nobody: q.Get("owner") == nobodyOwns, Late: q.Get("late") == "true",
	}
	if f.Owner = queriedID(q, "owner"); q.Get("owner") == "me" {
		f.Owner = me
	}
	for name, d := range map[string]*crm.Date{"opened_from": &f.From, "opened_until": &f.Until, "open_on": &f.OpenOn} {
		*d, _ = crm.ParseDate(q.Get(name))
	}
	if f.NoCategory {
		f.Category = ""
	}
	return f
}

// InvoiceFilterOf reads the filter in the address of the list of invoices.
func InvoiceFilterOf(q url.Values) InvoiceFilter {
	f := InvoiceFilter{
		Text: crm.Shortened(q.Get("q"), 100), Account: queriedID(q, "account"), After: queriedID(q, "after"),
		State: crm.InvoiceState(queriedOf(q, "state", texts(crm.InvoiceStates())...)), Exchange: queriedOf(q, "exchange", append(texts(crm.SDIStates()), "-")...),
	}
	for name, day := range map[string]*crm.Date{"from": &f.From, "until": &f.Until} {
		*day, _ = crm.ParseDate(q.Get(name))
	}
	return f
}

// ListedRow is a record of a saved list as a panel shows it: what it is called, whom it is about, and in which state it is.
type ListedRow struct {
	ID       crm.ID
	Name     string
	About    string // its customer or person; empty: none
	Owner    string
	Pipeline string // of a deal, whose State is its stage
	State    string
	Amount   decimal.Decimal
	Currency string // of the amount; empty: the list has none
	URL      string
}

// Listed is the top of a saved list by the rights that the person has now, in the order of its page, at most so many rows; zone is the legal entity's. An address that
// cannot be read, and a list that the person may not read any more, are ErrNotFound.
func (s *Store) Listed(ctx context.Context, u crm.User, v crm.ListView, today crm.Date, zone string, limit int) (out []ListedRow, err error) {
	q, wrong := url.ParseQuery(v.Query)
	need := crm.ListNeeds(v.List)
	if wrong != nil || need == "" || u.Can(need) == crm.ReachNone {
		return nil, ErrNotFound
	}
	sc := ScopeOf(u, need)
	switch v.List {
	case crm.ListDeals:
		rows, err := s.DealRows(ctx, sc, DealFilterOf(q).Narrowed(q), limit)
		return listed(rows, err, func(d Card) ListedRow {
			return ListedRow{ID: d.ID, Name: d.Name, About: d.Account, Owner: d.Owner, Pipeline: d.Pipeline, State: d.Stage, Amount: d.Amount, Currency: d.Currency, URL: "/opportunities/" + string(d.ID)}
		})
	case crm.ListLeads:
		rows, err := s.LeadRows(ctx, sc, LeadFilterOf(q), limit)
		return listed(rows, err, func(l LeadRow) ListedRow {
			return ListedRow{ID: l.ID, Name: l.Company, About: l.ContactName, Owner: l.Owner, State: string(l.State), URL: "/leads/" + string(l.ID)}
		})
	case crm.ListAccounts:
		rows, err := s.AccountRows(ctx, sc, AccountFilterOf(q), limit)
		return listed(rows, err, func(a AccountRow) ListedRow {
			return ListedRow{ID: a.ID, Name: a.Name, About: a.Country, Owner: a.Owner, URL: "/accounts/" + string(a.ID)}
		})
	case crm.ListProjects:
		rows, err := s.ProjectRows(ctx, sc, ProjectStateOf(q), "", today, limit)
		return listed(rows, err, func(p ProjectRow) ListedRow {
			return ListedRow{ID: p.ID, Name: p.Name, About: p.Account, Owner: p.Manager, State: string(p.State), URL: "/projects/" + string(p.ContractID)}
		})
	case crm.ListInvoices:
		rows, err := s.ListedInvoices(ctx, sc, InvoiceFilterOf(q), today, limit)
		return listed(rows, err, func(i ListedInvoice) ListedRow {
			return ListedRow{ID: i.ID, Name: i.Number, About: i.Account, State: string(i.State), Amount: i.Total, Currency: i.Currency, URL: "/invoices/" + string(i.ID)}
		})
	}
	rows, err := s.CaseQueue(ctx, sc, CaseFilterOf(q, u.ID, zone), 0, limit)
	return listed(rows, err, func(c QueuedCase) ListedRow {
		return ListedRow{ID: c.ID, Name: c.Number + " " + c.Subject, About: c.Account, Owner: c.Owner, State: string(c.State), URL: "/cases/" + string(c.ID)}
	})
}

func listed[T any](rows []T, err error, as func(T) ListedRow) (out []ListedRow, _ error) {
	for _, r := range rows {
		out = append(out, as(r))
	}
	return out, err
}
